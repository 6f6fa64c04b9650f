# An alarm to a topic that nobody reads tells nobody. Asked of topics that alarms, budgets, events, backups or databases of
# the tree notify. A module that is not here may subscribe somebody: then the topic is not judged. Whom to tell is a person's decision, so there is no fix. Where another tool watches, the setting
# `external_monitoring` says so.
rule {
  title    = "Topic used for alarms has a subscriber"
  severity = "medium"
  resource = ["aws_sns_topic"]
  criteria = {
    "CC2.1" = "News about the state of systems reaches somebody."
    "CC7.4" = "Who has to respond to an incident learns of it."
  }
  locals {
    senders = concat(
      referrers("aws_cloudwatch_metric_alarm", "alarm_actions"),
      referrers("aws_cloudwatch_composite_alarm", "alarm_actions"),
      referrers("aws_budgets_budget", "notification.subscriber_sns_topic_arns"),
      referrers("aws_backup_vault_notifications", "sns_topic_arn"),
      referrers("aws_db_event_subscription", "sns_topic"),
      referrers("aws_redshift_event_subscription", "sns_topic_arn"),
    )
    readers = concat(
      referrers("aws_sns_topic_subscription", "topic_arn"),
      referrers("aws_cloudformation_stack", "template_body"),
      referrers("aws_chatbot_slack_channel_configuration", "sns_topic_arns"),
      referrers("aws_chatbot_teams_channel_configuration", "sns_topic_arns"),
    )
  }
  applies = length(local.senders) > 0 && (length(local.readers) > 0 || length(unresolved_modules()) == 0) && (
    setting.external_monitoring == null || setting.external_monitoring == false
  )
  require = length(local.readers) > 0
  message = "${self.address} gets alarms, and nobody is subscribed to it"
}
