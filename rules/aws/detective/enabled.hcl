# GuardDuty says that something is wrong; Detective shows what led to it. A SIEM does the same, and the setting
# external_siem says so.
rule {
  title    = "Amazon Detective is available for investigations"
  severity = "low"
  scope    = "estate"
  criteria = {
    "CC7.3" = "What led to a finding can be examined."
  }
  applies = anytrue([for detector in resources("aws_guardduty_detector") : detector.enable == null || detector.enable != null]) && (setting.external_siem == null || setting.external_siem == false)
  require = length(resources("aws_detective_graph")) > 0
  message = "findings of GuardDuty can't be examined with Detective"
}
