# Failovers, failures and forced maintenance are announced to a topic, if anybody subscribed. Where another tool
# watches, the setting external_monitoring says so.
rule {
  title    = "Critical RDS events are sent to a topic"
  severity = "medium"
  scope    = "estate"
  aliases = [
    "rds_instance_critical_event_subscription",
    "rds_cluster_critical_event_subscription",
    "rds_instance_event_subscription_parameter_groups",
    "rds_instance_event_subscription_security_groups",
  ]
  criteria = {
    "CC7.2" = "Failures of databases are noticed."
    "CC7.4" = "Somebody is called when a database fails."
  }
  locals {
    databases = length(resources("aws_db_instance")) + length(resources("aws_rds_cluster"))
    subscribed = [for subscription in resources("aws_db_event_subscription") : (
      subscription.enabled != false
      && (subscription.source_type == null || contains(["db-instance", "db-cluster"], subscription.source_type))
      && (length(subscription.event_categories) == 0 || contains(subscription.event_categories, "failure"))
    )]
    routed = [for rule in resources("aws_cloudwatch_event_rule") : strcontains(rule.event_pattern, "aws.rds") if rule.event_pattern != null]
  }
  applies = account_baseline() == true && local.databases > 0 && (setting.external_monitoring == null || setting.external_monitoring == false)
  require = anytrue(local.subscribed) || anytrue(local.routed)
  message = "nobody is told when a database fails"
}
