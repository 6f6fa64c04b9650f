# Failed work must come to somebody's attention. It is asked of configurations that have alarms; where they live elsewhere,
# the setting `external_monitoring` says so. Who is told is a person's decision, so there is no fix.
rule {
  title    = "Dead letter queue raises an alarm"
  severity = "medium"
  resource = ["aws_sqs_queue"]
  criteria = {
    "PI1.3" = "Work that failed is noticed and put right."
    "CC7.2" = "Failures of processing raise an alarm."
    "CC7.4" = "Who has to respond learns that work is lost."
  }
  locals {
    takes = concat(
      referrers("aws_sqs_queue", "redrive_policy"),
      referrers("aws_sqs_queue_redrive_policy", "redrive_policy"),
      referrers("aws_lambda_function", "dead_letter_config.target_arn"),
      referrers("aws_sns_topic_subscription", "redrive_policy"),
    )
    alarms = resources("aws_cloudwatch_metric_alarm")
    own    = referrers("aws_cloudwatch_metric_alarm", "dimensions.QueueName")
    names  = ["ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage", "NumberOfMessagesSent", "ApproximateNumberOfMessagesNotVisible"]
  }
  applies = length(local.takes) > 0 && length(local.alarms) > 0 && (
    setting.external_monitoring == null || setting.external_monitoring == false
  )
  require = (
    anytrue([for alarm in local.own : contains(local.names, alarm.metric_name)])
    || length(referrers("aws_cloudwatch_metric_alarm", "metric_query.metric.dimensions")) > 0
  )
  message = "${self.address} takes failed messages, and no alarm says so; an alarm should watch ApproximateNumberOfMessagesVisible"
}
