# The subscription alone protects nothing: each endpoint has to be put under it. Asked only where the tree has the
# subscription; nobody is told to buy it. Firewall Manager or a group may protect all.
rule {
  title    = "Public endpoints are covered by Shield Advanced"
  severity = "low"
  scope    = "estate"
  aliases = [
    "shield_advanced_protection_in_internet_facing_load_balancers",
    "shield_advanced_protection_in_cloudfront_distributions",
    "shield_advanced_protection_in_associated_elastic_ips",
    "shield_advanced_protection_in_global_accelerators",
    "shield_advanced_protection_in_route53_hosted_zones",
  ]
  criteria = {
    "A1.1"  = "Capacity is protected from attacks that exhaust it."
    "CC6.6" = "Attacks from outside are met before they reach the system."
    "CC5.2" = "A technical control backs the promise of availability."
  }
  locals {
    endpoints = concat(
      [for balancer in resources("aws_lb") : balancer if balancer.internal != true],
      resources("aws_cloudfront_distribution"),
      resources("aws_globalaccelerator_accelerator"),
    )
    protections = resources("aws_shield_protection")
    groups      = [for group in resources("aws_shield_protection_group") : group.pattern == "ALL"]
    managers = [for policy in resources("aws_fms_policy") : anytrue([
      for data in policy.security_service_policy_data : data.type == "SHIELD_ADVANCED"
    ])]
  }
  applies = length(resources("aws_shield_subscription")) > 0 && length(local.endpoints) > 0
  require = length(local.protections) >= length(local.endpoints) || anytrue(local.groups) || anytrue(local.managers)
  message = "Shield Advanced is subscribed to, and fewer endpoints are protected than face the internet; each needs an aws_shield_protection"
}
