# The limit of the account is shared: without one of its own, a single client can use up what all APIs have. Reported are
# stages that nothing limits. Limits that stand in the tree and don't name the stage by reference may still be its own, and
# limits on single methods may be enough: such stages are not asked. How much is too much is a person's knowledge, so there
# is no fix.
rule {
  title    = "API stage limits the rate of requests"
  severity = "low"
  resource = ["aws_api_gateway_stage", "aws_apigatewayv2_stage"]
  criteria = {
    "A1.1"  = "One client can't use up the capacity of all."
    "CC6.6" = "Floods from outside are turned away at the edge."
  }
  locals {
    # Of REST APIs: settings of all methods, and usage plans. Zero and less is no limit.
    settings = [for settings in resources("aws_api_gateway_method_settings") : settings if anytrue([
      for block in settings.settings : block.throttling_rate_limit > 0
    ])]
    plans = [for plan in resources("aws_api_gateway_usage_plan") : plan if(
      anytrue([for block in plan.throttle_settings : block.rate_limit > 0])
      || anytrue([for stage in plan.api_stages : anytrue([for throttle in stage.throttle : throttle.rate_limit > 0])])
    )]
    own = concat(
      [for settings in referrers("aws_api_gateway_method_settings", "stage_name") : "settings" if(
        settings.method_path == "*/*" && anytrue([for block in settings.settings : block.throttling_rate_limit > 0])
      )],
      [for plan in referrers("aws_api_gateway_usage_plan", "api_stages.stage") : "plan" if anytrue([
        for block in plan.throttle_settings : block.rate_limit > 0
      ])],
      # Of HTTP and WebSocket APIs: what holds for routes without settings of their own.
      [for block in self.default_route_settings : "routes" if block.throttling_rate_limit > 0],
    )
    single = [for block in self.route_settings : block.route_key if block.throttling_rate_limit > 0]
    other  = self.rest_api_id == null ? length(local.single) : length(local.settings) + length(local.plans)
  }
  applies = length(local.own) > 0 || local.other == 0
  require = length(local.own) > 0
  message = "${self.address} has no limit of its own on the rate of requests"
}
