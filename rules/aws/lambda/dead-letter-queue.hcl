# An event that an asynchronous function can't process is dropped after two retries unless it has somewhere to go.
# Functions called only by services that wait, such as API Gateway, through a URL or by an event source mapping answer
# their caller instead. CloudFront refuses functions that have a dead letter queue.
rule {
  title    = "Asynchronous Lambda function keeps failed events"
  severity = "medium"
  resource = ["aws_lambda_function"]
  aliases = [
    "CKV_AWS_116",
    "awslambda_function_no_dead_letter_queue",
    "lambda_function_dead_letter_queue_configured",
  ]
  criteria = {
    "PI1.3" = "Events that fail are kept, so processing can be completed."
    "CC7.2" = "Failed events can be counted and watched."
    "CC7.4" = "What failed during an incident can be processed again."
  }
  locals {
    permissions = referrers("aws_lambda_permission", "function_name")
    urls        = referrers("aws_lambda_function_url", "function_name")
    mappings    = referrers("aws_lambda_event_source_mapping", "function_name")
    configs     = referrers("aws_lambda_function_event_invoke_config", "function_name")
    role        = one([for role in referred("role") : role if length(regexall("(^|[.])aws_iam_role[.]", role.address)) > 0])
    trusted = flatten([for statement in policy_statements(local.role.assume_role_policy) : [
      for principal in statement.principals : principal.identifiers
    ]])
    at_edge = (
      length(referrers("aws_cloudfront_distribution", "default_cache_behavior.lambda_function_association.lambda_arn")) > 0
      || length(referrers("aws_cloudfront_distribution", "ordered_cache_behavior.lambda_function_association.lambda_arn")) > 0
      || contains(local.trusted, "edgelambda.amazonaws.com")
    )
    # These wait for the answer, or are polled by Lambda. For a source that is polled the permission is of no use.
    waiting = [
      "alexa-appkit.amazon.com",
      "apigateway.amazonaws.com",
      "bedrock.amazonaws.com",
      "cognito-idp.amazonaws.com",
      "elasticloadbalancing.amazonaws.com",
      "firehose.amazonaws.com",
      "lex.amazonaws.com",
      "lexv2.amazonaws.com",
      "states.amazonaws.com",
      "transfer.amazonaws.com",
      "vpc-lattice.amazonaws.com",
      "dynamodb.amazonaws.com",
      "kafka.amazonaws.com",
      "kinesis.amazonaws.com",
      "mq.amazonaws.com",
      "sqs.amazonaws.com",
    ]
    # Who may call the URL is answered by it.
    asynchronous = [
      for permission in local.permissions : !contains(local.waiting, permission.principal)
      if permission.function_url_auth_type == null && permission.action != "lambda:InvokeFunctionUrl"
    ]
  }
  applies = local.at_edge == false && (
    length(local.permissions) + length(local.mappings) + length(local.urls) == 0
    || contains(local.asynchronous, true)
  )
  require = (
    self.dead_letter_config[0].target_arn != null
    || anytrue([for config in local.configs : config.destination_config[0].on_failure[0].destination != null])
  )
  message = "${self.address} loses events that it fails to process"
  fix {
    title         = "Give ${self.address} a dead letter queue"
    applicability = "review"
    caution       = "The function's role needs sqs:SendMessage on the new queue, and somebody has to look at what arrives there."
  }
}
