# Without a limit of its own one client can use up the rate of the whole account, and every API in it answers 429.
rule {
  title    = "API stages limit request rates"
  severity = "medium"
  resource = ["aws_api_gateway_stage", "aws_apigatewayv2_stage"]
  criteria = {
    "A1.1"  = "Demand is kept within the capacity that was planned."
    "CC6.6" = "A flood from outside is cut off at the edge."
  }
  locals {
    settings = referrers("aws_api_gateway_method_settings", "stage_name")
    plans    = referrers("aws_api_gateway_usage_plan", "api_stages.stage")
  }
  require = (
    anytrue([for settings in local.settings : (
      settings.method_path == "*/*" && anytrue([
        for block in settings.settings : block.throttling_rate_limit > 0 && block.throttling_burst_limit > 0
      ])
    )])
    || anytrue([for plan in local.plans : length(plan.throttle_settings) > 0])
    || anytrue([for block in self.default_route_settings : block.throttling_rate_limit > 0])
  )
  message = "${self.address} has no rate limit of its own"
}
