# An alarm that does nothing when it goes off is a line in a console that nobody looks at. Alarms that only feed
# another one, or something that acts by itself, are fine.
rule {
  title    = "CloudWatch alarms can act"
  severity = "medium"
  resource = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"]
  aliases = [
    "CKV_AWS_319",
    "cloudwatch_alarm_actions_enabled",
    "cloudwatch_alarm_actions_alarm_state_configured",
    "cloudwatch_alarm_action_enabled",
    "cloudwatch_alarm_action_enabled_check",
  ]
  criteria = {
    "CC7.2" = "Anomalies reach somebody who can look at them."
    "CC7.3" = "An event is judged because somebody hears of it."
    "CC7.4" = "The response starts when the alarm goes off."
    "CC4.2" = "Shortfalls are told to those who have to act."
  }
  locals {
    used = concat(
      referrers("aws_cloudwatch_composite_alarm", "alarm_rule"),
      referrers("aws_route53_health_check", "cloudwatch_alarm_name"),
      referrers("aws_codedeploy_deployment_group", "alarm_configuration.alarms"),
      referrers("aws_ecs_service", "alarms.alarm_names"),
    )
    named = [for composite in resources("aws_cloudwatch_composite_alarm") : strcontains(composite.alarm_rule, self.alarm_name)]
  }
  require = (
    self.actions_enabled != false
    && (
      length(self.alarm_actions) > 0
      || length(self.ok_actions) > 0
      || length(self.insufficient_data_actions) > 0
    )
  ) || length(local.used) > 0 || anytrue(local.named)
  message = "${self.address} does nothing when it goes off"
  fix {
    title         = "Let ${self.address} act"
    applicability = "review"
    caution       = "From now on the alarm calls whoever listens to its actions."
  }
}
