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
    stopped   = [for detector in local.detectors : detector if detector.enable == false][0]
  }
  applies = account_baseline() == true && (setting.external_guardduty == null || setting.external_guardduty == false)
  require = length(local.detectors) > 0 && alltrue([for detector in local.detectors : detector.enable != false])
  message = "GuardDuty is not on"

  fix {
    title         = "Switch ${local.stopped.address} on"
    on            = local.stopped
    applicability = "review"
    caution       = "GuardDuty bills what it reads."
  }
}
