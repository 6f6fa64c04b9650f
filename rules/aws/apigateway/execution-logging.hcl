# Without execution logs a failed or abused call leaves no trace of what the API did with it. They are off until
# method settings turn them on.
rule {
  title    = "REST API stages log executions at ERROR or INFO"
  severity = "medium"
  resource = ["aws_api_gateway_stage"]
  aliases  = ["CKV2_AWS_4", "apigateway_restapi_logging_enabled", "apigateway_stage_logging_enabled"]
  criteria = {
    "CC7.2" = "Failed and unusual calls leave a record."
    "CC7.3" = "The record lets a call be judged afterwards."
    "PI1.2" = "Inputs that were refused can be traced."
  }
  locals {
    settings = [for settings in referrers("aws_api_gateway_method_settings", "stage_name") : settings if settings.method_path == "*/*"]
    all      = local.settings[0]
  }
  require = anytrue([for settings in local.settings : anytrue([
    for block in settings.settings : contains(["ERROR", "INFO"], block.logging_level)
  ])])
  message = "${self.address} does not log what its methods do"
  fix {
    title         = "Log the executions of ${self.address}"
    applicability = "review"
    caution       = "The account needs a role for API Gateway's logs (aws_api_gateway_account), or the apply fails. Logs cost by volume."
  }
}
