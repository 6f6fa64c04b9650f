# Monitoring from inside does not see that nobody can get in. Asked of account baselines with something public in
# them; where another tool probes, the setting external_uptime says so.
rule {
  title    = "Public endpoints are probed from outside"
  severity = "medium"
  scope    = "estate"
  criteria = {
    "A1.1"  = "An outage is noticed before customers report it."
    "CC7.2" = "Loss of the service is noticed from outside."
  }
  locals {
    public = concat(
      [for balancer in concat(resources("aws_lb"), resources("aws_alb")) : balancer.internal != true && balancer.load_balancer_type != "gateway"],
      [for distribution in resources("aws_cloudfront_distribution") : distribution.enabled == true],
    )
  }
  applies = account_baseline() == true && anytrue(local.public) && (setting.external_uptime == null || setting.external_uptime == false)
  require = (
    anytrue([for check in resources("aws_route53_health_check") : check.disabled != true])
    || anytrue([for canary in resources("aws_synthetics_canary") : canary.start_canary == true])
  )
  message = "nothing probes the public endpoints from outside"
}
