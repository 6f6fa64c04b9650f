# Digest files prove that log files were not changed or deleted after delivery.
rule {
  title    = "CloudTrail validates log files"
  severity = "high"
  resource = ["aws_cloudtrail"]
  aliases = [
    "CKV_AWS_36",
    "AVD-AWS-0016",
    "aws-cloudtrail-enable-log-validation",
    "cloudtrail_log_file_validation_enabled",
    "cloudtrail_trail_validation_enabled",
  ]
  criteria = {
    "CC7.3" = "Evidence used to judge a security event can be shown to be unaltered."
    "PI1.3" = "Changed or missing log files are detected."
    "CC7.2" = "Tampering with the audit trail becomes visible."
  }
  require = self.enable_log_file_validation == true
  message = "${self.address} does not validate its log files"
  fix {
    title         = "Validate the log files of ${self.address}"
    applicability = "auto"
  }
}
