# Many failed sign-ins are somebody trying passwords. A filter without an alarm, or an alarm without an action, is
# half a control.
rule {
  title    = "An alarm exists for failed console sign-ins"
  severity = "low"
  scope    = "estate"
  aliases = [
    "AVD-AWS-0152",
    "cloudwatch_log_metric_filter_authentication_failures",
    "log_metric_filter_console_authentication_failure",
  ]
  criteria = {
    "PI1.3" = "Attempts to get at processing systems are noticed."
    "CC7.2" = "Guessing of passwords is noticed."
  }
  locals {
    # Patterns without blanks, quotes and brackets, and without conditions that may stand there.
    written = [for filter in resources("aws_cloudwatch_log_metric_filter") : {
      text      = replace(replace(filter.pattern, "/[\\s\"'()]/", ""), "/&&[$]\\.eventSource=signin(\\.amazonaws\\.com)?|[$]\\.eventSource=signin(\\.amazonaws\\.com)?&&/", "")
      metric    = filter.metric_transformation[0].name
      namespace = filter.metric_transformation[0].namespace
    }]
    filters = [for filter in local.written : {
      metric    = filter.metric
      namespace = filter.namespace
      covers    = contains(["{$.eventName=ConsoleLogin&&$.errorMessage=Failedauthentication}", "{$.errorMessage=Failedauthentication&&$.eventName=ConsoleLogin}"], filter.text)
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
  message = local.half == true ? "a metric filter finds failed sign-ins to the console, but no alarm with an action uses it" : "nothing raises an alarm on failed sign-ins to the console"
}
