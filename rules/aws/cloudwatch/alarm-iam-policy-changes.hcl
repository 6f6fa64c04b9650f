# Rights grow by changes of policies. A filter without an alarm, or an alarm without an action, is half a control.
rule {
  title    = "An alarm exists for IAM policy changes"
  severity = "medium"
  scope    = "estate"
  aliases  = ["AVD-AWS-0150", "cloudwatch_log_metric_filter_policy_changes", "log_metric_filter_iam_policy"]
  criteria = {
    "CC5.2" = "A technical control watches changes of rights."
    "PI1.3" = "Unplanned changes of rights to processing systems are noticed."
    "CC6.3" = "Changes of access can be compared with what was approved."
    "CC7.2" = "A change that gives an intruder rights is noticed."
  }
  locals {
    events = [
      "DeleteGroupPolicy",
      "DeleteRolePolicy",
      "DeleteUserPolicy",
      "PutGroupPolicy",
      "PutRolePolicy",
      "PutUserPolicy",
      "CreatePolicy",
      "DeletePolicy",
      "CreatePolicyVersion",
      "DeletePolicyVersion",
      "AttachRolePolicy",
      "DetachRolePolicy",
      "AttachUserPolicy",
      "DetachUserPolicy",
      "AttachGroupPolicy",
      "DetachGroupPolicy",
    ]
    # Patterns without blanks, quotes and brackets, and without a condition on the service, which excludes nothing here.
    written = [for filter in resources("aws_cloudwatch_log_metric_filter") : {
      text = replace(
        replace(filter.pattern, "/[\\s\"'()]/", ""),
        "/[$]\\.eventSource=iam(\\.amazonaws\\.com)?&&|&&[$]\\.eventSource=iam(\\.amazonaws\\.com)?/",
        "",
      )
      metric    = filter.metric_transformation[0].name
      namespace = filter.metric_transformation[0].namespace
    }]
    # A pattern covers the events when it names each, with wildcards or without, and nothing narrows it.
    filters = [for filter in local.written : {
      metric    = filter.metric
      namespace = filter.namespace
      covers = strcontains(filter.text, "&&") == false && alltrue([for event in local.events : anytrue([
        for value in flatten(regexall("[$]\\.eventName=([A-Za-z0-9*]+)", filter.text)) : (
          length(regexall("^${replace(value, "*", ".*")}$", event)) > 0
        )
      ])])
    }]
    alarms = [for alarm in resources("aws_cloudwatch_metric_alarm") : alarm if length(alarm.alarm_actions) > 0 && alarm.actions_enabled != false]
    heard = [for filter in local.filters : filter.covers == true && anytrue([for alarm in local.alarms : (
      alarm.metric_name == filter.metric && alarm.namespace == filter.namespace
    )])]
    half = anytrue([for filter in local.filters : filter.covers == true])
    # The same by a rule of EventBridge that has a target.
    routed = [for rule in resources("aws_cloudwatch_event_rule") : (
      rule.state != "DISABLED"
      && alltrue([for event in local.events : strcontains(rule.event_pattern, event)])
      && anytrue([for target in resources("aws_cloudwatch_event_target") : target.rule == rule.name])
    )]
  }
  # Asked where the events arrive: a trail that sends them to CloudWatch Logs, or a baseline by its settings.
  applies = (
    (setting.baseline == true || anytrue([for trail in resources("aws_cloudtrail") : trail.cloud_watch_logs_group_arn != null]))
    && (setting.external_siem == null || setting.external_siem == false)
  )
  require = anytrue(local.heard) || anytrue(local.routed)
  message = local.half == true ? "a metric filter finds changes of IAM policies, but no alarm with an action uses it" : "nothing raises an alarm on changes of IAM policies"
}
