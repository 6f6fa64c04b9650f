# One function that runs away must not take all capacity of the account and stop the others. The peak that a function needs
# only a person knows, so there is no fix.
rule {
  title    = "Lambda function has a concurrency limit"
  severity = "low"
  resource = ["aws_lambda_function"]
  aliases  = ["CKV_AWS_115", "lambda_function_concurrent_execution_limit_configured"]
  criteria = {
    "A1.1"  = "Capacity of the account is divided between functions."
    "CC7.2" = "A function that runs away shows as throttling instead of an outage."
  }
  locals {
    queues = [for mapping in referrers("aws_lambda_event_source_mapping", "function_name") : (
      mapping.scaling_config[0].maximum_concurrency != null
    )]
  }
  # -1 is the default and means no limit.
  require = (
    self.reserved_concurrent_executions >= 0
    || length(referrers("aws_lambda_provisioned_concurrency_config", "function_name")) > 0
    || anytrue(local.queues)
  )
  message = "${self.address} may take all capacity of the account"
}
