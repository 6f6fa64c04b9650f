# Response to an incident starts when somebody gets to know of the finding. It is asked of configurations that hold the
# baseline of an account. Findings that go elsewhere are declared with the setting `external_siem`.
rule {
  title    = "Security findings reach those who respond"
  severity = "high"
  scope    = "estate"
  criteria = {
    "CC7.4" = "Response starts when a finding arrives."
    "CC7.3" = "Findings are looked at by somebody."
    "CC4.2" = "Weaknesses are reported to those who can act on them."
    "CC2.1" = "Information on security reaches those who need it."
  }
  locals {
    sources = "aws[.](securityhub|guardduty|inspector2|access-analyzer|health|macie)"
    rules = [for rule in resources("aws_cloudwatch_event_rule") : (
      rule.state != "DISABLED"
      && rule.is_enabled != false
      && length(regexall(local.sources, rule.event_pattern == null ? "" : rule.event_pattern)) > 0
    )]
    notifications = [for rule in resources("aws_notifications_event_rule") : length(regexall(local.sources, rule.source)) > 0]
  }
  applies = account_baseline() && setting.external_siem != true
  require = (
    (length(resources("aws_cloudwatch_event_target")) > 0 && anytrue(local.rules))
    || (length(resources("aws_notifications_channel_association")) > 0 && anytrue(local.notifications))
  )
  message = "no event rule sends security findings to anybody"
}
