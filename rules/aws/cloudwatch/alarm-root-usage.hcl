# The root user can do everything and needs nobody, so each use of it must be known. A filter without an alarm, or an
# alarm without an action, is half a control.
rule {
  title    = "An alarm exists for use of the root user"
  severity = "medium"
  scope    = "estate"
  aliases  = ["AVD-AWS-0149", "cloudwatch_log_metric_filter_root_usage", "log_metric_filter_root_login"]
  criteria = {
    "PI1.3" = "Work with unlimited rights on processing systems is noticed."
    "CC7.2" = "Use of the root user is noticed."
    "CC6.1" = "The most powerful credentials are watched."
  }
  locals {
    # Patterns without blanks, quotes and brackets, and without conditions that may stand there.
    written = [for filter in resources("aws_cloudwatch_log_metric_filter") : {
      text      = replace(replace(filter.pattern, "/[\\s\"'()]/", ""), "/&&[$]\\.userIdentity\\.invokedByNOTEXISTS|[$]\\.userIdentity\\.invokedByNOTEXISTS&&|&&[$]\\.eventType!=AwsServiceEvent|[$]\\.eventType!=AwsServiceEvent&&/", "")
      metric    = filter.metric_transformation[0].name
      namespace = filter.metric_transformation[0].namespace
    }]
    filters = [for filter in local.written : {
      metric    = filter.metric
      namespace = filter.namespace
      covers    = filter.text == "{$.userIdentity.type=Root}"
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
  message = local.half == true ? "a metric filter finds use of the root user, but no alarm with an action uses it" : "nothing raises an alarm on use of the root user"
}
