# Without the brokers' logs a client that is refused, or a topic that is deleted, leaves no trace.
rule {
  title    = "MSK brokers write logs"
  severity = "medium"
  resource = ["aws_msk_cluster"]
  aliases  = ["CKV_AWS_80", "AVD-AWS-0074", "aws-msk-enable-logging"]
  criteria = {
    "CC7.2" = "Failures and refused clients leave a record."
    "PI1.3" = "Errors in processing can be traced."
  }
  locals {
    targets = flatten([for logging in self.logging_info : [for logs in logging.broker_logs : (
      concat(logs.cloudwatch_logs, logs.firehose, logs.s3)
    )]])
  }
  require = anytrue([for target in local.targets : target.enabled == true])
  message = "${self.address} keeps no logs of its brokers"
  fix {
    title         = "Keep the logs of the brokers of ${self.address}"
    applicability = "review"
    caution       = "CloudWatch Logs bills what it takes in and keeps."
  }
}
