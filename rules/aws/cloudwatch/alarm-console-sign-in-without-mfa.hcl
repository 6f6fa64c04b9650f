# A sign-in without a second factor should not happen; where it does, somebody must hear of it. A filter without an
# alarm, or an alarm without an action, is half a control.
rule {
  title    = "An alarm exists for console sign-in without MFA"
  severity = "medium"
  scope    = "estate"
  aliases = [
    "AVD-AWS-0148",
    "cloudwatch_log_metric_filter_sign_in_without_mfa",
    "log_metric_filter_console_login_mfa",
  ]
  criteria = {
    "CC6.1" = "Sign-ins with a password alone are noticed."
    "CC7.2" = "A sign-in that goes round the rule is noticed."
    "CC6.2" = "Accounts that were set up without a factor are found."
  }
  locals {
    # Patterns without blanks, quotes and brackets, and without conditions that may stand there.
    written = [for filter in resources("aws_cloudwatch_log_metric_filter") : {
      text      = replace(replace(filter.pattern, "/[\\s\"'()]/", ""), "/&&[$]\\.eventSource=signin(\\.amazonaws\\.com)?|[$]\\.eventSource=signin(\\.amazonaws\\.com)?&&|&&[$]\\.userIdentity\\.type=IAMUser|[$]\\.userIdentity\\.type=IAMUser&&|&&[$]\\.responseElements\\.ConsoleLogin=Success|[$]\\.responseElements\\.ConsoleLogin=Success&&/", "")
      metric    = filter.metric_transformation[0].name
      namespace = filter.metric_transformation[0].namespace
    }]
    filters = [for filter in local.written : {
      metric    = filter.metric
      namespace = filter.namespace
      covers    = contains(["{$.eventName=ConsoleLogin&&$.additionalEventData.MFAUsed!=Yes}", "{$.additionalEventData.MFAUsed!=Yes&&$.eventName=ConsoleLogin}"], filter.text)
    }]
    alarms = [for alarm in resources("aws_cloudwatch_metric_alarm") : alarm if length(alarm.alarm_actions) > 0 && alarm.actions_enabled != false]
    heard = [for filter in local.filters : filter.covers == true && anytrue([for alarm in local.alarms : (
      alarm.metric_name == filter.metric && alarm.namespace == filter.namespace
    )])]
    half = anytrue([for filter in local.filters : filter.covers == true])
  }
  # Asked where the events arrive: a trail that sends them to CloudWatch Logs, or a baseline by its settings.
  applies = (
    (setting.baseline == true || anytrue([for trail in resources("aws_cloudtrail") : trail.cloud_watch_logs_group_arn != null]))
    && (setting.external_siem == null || setting.external_siem == false)
  )
  require = anytrue(local.heard)
  message = local.half == true ? "a metric filter finds console sign-ins without MFA, but no alarm with an action uses it" : "nothing raises an alarm on console sign-ins without MFA"
}
