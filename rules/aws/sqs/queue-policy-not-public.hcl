# Everyone could read or inject work items. Only a person knows who sends, so there is no fix.
rule {
  title    = "SQS queue policy does not allow everyone"
  severity = "high"
  resource = ["aws_sqs_queue_policy", "aws_sqs_queue"]
  aliases  = ["CKV_AWS_168", "CKV_AWS_387", "sqs_queues_not_publicly_accessible"]
  criteria = {
    "CC6.1" = "Messages are sent and read by named identities only."
    "CC6.6" = "The queue can't be reached from outside through its policy."
  }
  applies = self.policy != null
  require = policy_allows_public(self.policy) == false
  message = "${self.address} has a policy that lets everyone use the queue"
}
