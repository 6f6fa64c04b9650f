# A finding that stays in the console waits until somebody happens to look. A rule, a bucket or Security Hub takes it
# further.
rule {
  title    = "GuardDuty findings are exported or routed"
  severity = "medium"
  resource = ["aws_guardduty_detector"]
  criteria = {
    "CC7.3" = "Findings reach somebody who judges them."
    "CC4.2" = "Findings are told to those who have to act."
    "CC7.4" = "The response starts with the finding."
  }
  locals {
    routed = [for rule in resources("aws_cloudwatch_event_rule") : (
      length(regexall("aws\\.(guardduty|securityhub)", rule.event_pattern)) > 0
      && rule.state != "DISABLED"
      && anytrue([for target in resources("aws_cloudwatch_event_target") : target.rule == rule.name])
    ) if rule.event_pattern != null]
  }
  applies = (
    (setting.external_guardduty == null || setting.external_guardduty == false)
    && (setting.external_siem == null || setting.external_siem == false)
  )
  require = (
    length(referrers("aws_guardduty_publishing_destination", "detector_id")) > 0
    || length(resources("aws_securityhub_account")) > 0
    || anytrue(local.routed)
  )
  message = "${self.address} has findings that go nowhere"
}
