# A message that can't be delivered is dropped after the last attempt, unless a queue takes it. Email and SMS can't have one.
# The queue is a person's decision, so there is no fix.
rule {
  title    = "SNS subscription keeps messages that can't be delivered"
  severity = "low"
  resource = ["aws_sns_topic_subscription"]
  criteria = {
    "PI1.3" = "Messages that could not be delivered are kept and dealt with."
  }
  applies = contains(["sqs", "lambda", "http", "https", "firehose"], self.protocol)
  require = self.redrive_policy != null && (self.redrive_policy == null || strcontains(self.redrive_policy, "deadLetterTargetArn"))
  message = "${self.address} drops messages that can't be delivered; redrive_policy should name a queue for them"
}
