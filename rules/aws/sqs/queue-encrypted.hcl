# Messages carry the customer's data. New queues are encrypted by SQS itself, so only code that turns this off without
# naming a key is reported.
rule {
  title    = "SQS queue is encrypted at rest"
  severity = "high"
  resource = ["aws_sqs_queue"]
  aliases = [
    "CKV_AWS_27",
    "AVD-AWS-0096",
    "aws-sqs-enable-queue-encryption",
    "sqs_queues_server_side_encryption_enabled",
  ]
  criteria = {
    "CC6.1" = "Stored messages can be read only through their key."
    "C1.1"  = "Confidential messages are encrypted while they wait."
  }
  require = self.sqs_managed_sse_enabled != false || self.kms_master_key_id != null
  message = "${self.address} keeps its messages unencrypted"
  fix {
    title         = "Encrypt ${self.address} with keys of SQS"
    applicability = "auto"
  }
}
