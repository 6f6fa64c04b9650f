# For standard queues a message's age counts from when it was first sent: a dead letter queue that keeps it no longer than
# its source loses it early. FIFO queues start anew.
rule {
  title    = "Dead letter queue keeps messages longest"
  severity = "low"
  resource = ["aws_sqs_queue"]
  criteria = {
    "PI1.5" = "Failed messages stay stored until somebody deals with them."
  }
  locals {
    sources = referrers("aws_sqs_queue", "redrive_policy")
    own     = self.message_retention_seconds == null ? 345600 : self.message_retention_seconds
    longer = alltrue([for source in local.sources : (
      local.own > (source.message_retention_seconds == null ? 345600 : source.message_retention_seconds)
    )])
  }
  applies = length(referrers("aws_sqs_queue", "redrive_policy")) > 0 && self.fifo_queue != true
  # Longer than 14 days is not possible.
  require = local.own >= 1209600 || local.longer == true
  message = "${self.address} keeps failed messages no longer than the queue that they come from"
  fix {
    title         = "Keep messages in ${self.address} for 14 days"
    applicability = "auto"
  }
}
