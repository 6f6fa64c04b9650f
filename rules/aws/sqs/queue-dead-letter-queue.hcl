# Messages that fail again and again must be kept and looked at, not lost or retried for ever.
rule {
  title    = "SQS queue has a dead letter queue"
  severity = "medium"
  resource = ["aws_sqs_queue"]
  criteria = {
    "PI1.3" = "Messages that can't be processed are kept instead of dropped."
    "PI1.5" = "Failed inputs stay stored until somebody deals with them."
    "CC7.2" = "Processing errors show as messages in a queue of their own."
  }
  # A queue that takes the failures of others needs none itself, also where the others are not here and only its name
  # in the code says so.
  applies = (
    length(referrers("aws_sqs_queue", "redrive_policy"))
    + length(referrers("aws_sqs_queue_redrive_policy", "redrive_policy"))
    + length(referrers("aws_lambda_function", "dead_letter_config.target_arn"))
    + length(referrers("aws_sns_topic_subscription", "redrive_policy"))
    + length(referrers("aws_cloudwatch_event_target", "dead_letter_config.arn"))
    + length(referrers("aws_scheduler_schedule", "target.dead_letter_config.arn"))
    + length(regexall("(?i)dlq|dead[-_]?letter", self.address))
  ) == 0
  require = self.redrive_policy != null || length(referrers("aws_sqs_queue_redrive_policy", "queue_url")) > 0
  message = "${self.address} has no dead letter queue"
  fix {
    title         = "Give ${self.address} a dead letter queue"
    applicability = "review"
    caution       = "After five failed attempts a message moves to the new queue, where somebody has to look at it."
  }
}
