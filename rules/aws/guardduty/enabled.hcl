# GuardDuty finds stolen keys, mining and traffic to known bad places from logs that are there anyway. Where it is run
# elsewhere, the setting external_guardduty says so.
rule {
  title    = "GuardDuty is enabled"
  severity = "high"
  scope    = "estate"
  aliases  = ["CKV_AWS_238", "guardduty_is_enabled", "guardduty_enabled"]
  criteria = {
    "CC7.2" = "Anomalies and attacks are found."
    "CC6.8" = "Malicious software is noticed by what it does."
    "CC3.2" = "Threats to the account are known."
    "CC7.1" = "New weaknesses that are being used are noticed."
  }
  locals {
    detectors = resources("aws_guardduty_detector")
    features = concat(
      ["S3_DATA_EVENTS"],
      length(resources("aws_eks_cluster")) > 0 ? ["EKS_AUDIT_LOGS"] : [],
      length(resources("aws_rds_cluster")) + length(resources("aws_db_instance")) > 0 ? ["RDS_LOGIN_EVENTS"] : [],
      length(resources("aws_lambda_function")) > 0 ? ["LAMBDA_NETWORK_LOGS"] : [],
      length(resources("aws_instance")) + length(resources("aws_autoscaling_group")) > 0 ? ["EBS_MALWARE_PROTECTION"] : [],
    )
    stopped = [for detector in local.detectors : detector if detector.enable == false][0]
  }
  applies = account_baseline() == true && (setting.external_guardduty == null || setting.external_guardduty == false)
  require = length(local.detectors) > 0 && alltrue([for detector in local.detectors : detector.enable != false])
  message = "GuardDuty is not on"

  fix {
    title         = local.stopped == null ? "Turn on GuardDuty" : "Switch ${local.stopped.address} on"
    on            = local.stopped
    creates       = account_baseline() == true && length(local.detectors) == 0
    applicability = "review"
    caution       = "GuardDuty bills what it reads. It is one switch for each region, and on already where somebody turned it on by hand."
  }
}
