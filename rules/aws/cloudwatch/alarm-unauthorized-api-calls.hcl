# Calls that are refused in numbers are somebody finding out what stolen keys can do. A filter without an alarm, or an
# alarm without an action, is half a control.
rule {
  title    = "An alarm exists for unauthorised API calls"
  severity = "medium"
  scope    = "estate"
  aliases = [
    "AVD-AWS-0147",
    "cloudwatch_log_metric_filter_unauthorized_api_calls",
    "log_metric_filter_unauthorized_api",
  ]
  criteria = {
    "PI1.3" = "Attempts to misuse processing systems are noticed."
    "CC7.2" = "Probing of rights is noticed."
  }
  locals {
    # Patterns without blanks, quotes and brackets, and without conditions that may stand there.
    written = [for filter in resources("aws_cloudwatch_log_metric_filter") : {
      text      = replace(replace(filter.pattern, "/[\\s\"'()]/", ""), "/&&[$]\\.(sourceIPAddress|eventName)!=[A-Za-z.]+/", "")
      metric    = filter.metric_transformation[0].name
      namespace = filter.metric_transformation[0].namespace
    }]
    filters = [for filter in local.written : {
      metric    = filter.metric
      namespace = filter.namespace
      covers = strcontains(filter.text, "&&") == false && alltrue([for code in ["Client.UnauthorizedOperation", "AccessDenied", "AccessDeniedException"] : anytrue([
        for value in flatten(regexall("[$]\\.errorCode=([A-Za-z.*]+)", filter.text)) : (
          length(regexall("^${replace(replace(value, ".", "\\."), "*", ".*")}$", code)) > 0
        )
      ])])
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
  message = local.half == true ? "a metric filter finds calls that were refused, but no alarm with an action uses it" : "nothing raises an alarm on calls that were refused"
}
