# A trail that the code switches off stops the audit record, and a gap in it counts as a systemic exception.
rule {
  title    = "CloudTrail trail is switched on"
  severity = "critical"
  resource = ["aws_cloudtrail"]
  aliases  = ["CKV_AWS_251", "cloudtrail_trail_enabled"]
  criteria = {
    "CC7.2" = "Events are recorded, so anomalies can be found."
    "CC3.3" = "Acts that hide fraud leave a record."
  }
  require = self.enable_logging != false
  message = "${self.address} is switched off"
  fix {
    title         = "Switch ${self.address} on"
    applicability = "auto"
  }
}
