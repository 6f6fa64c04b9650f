# The subscription alone protects nothing: each endpoint has to be put under it. Asked only where the tree has the
# subscription; nobody is told to buy it. Network load balancers are protected through their addresses, and a group only
# gathers what is protected already. Firewall Manager may protect all.
rule {
  title    = "Public endpoint is covered by Shield Advanced"
  severity = "low"
  resource = ["aws_lb", "aws_alb", "aws_cloudfront_distribution", "aws_globalaccelerator_accelerator", "aws_route53_zone"]
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
    managers = [for policy in resources("aws_fms_policy") : anytrue([
      for data in policy.security_service_policy_data : data.type == "SHIELD_ADVANCED"
    ])]
  }
  # Only zones have VPCs beside their name: those with one are private.
  applies = (
    length(resources("aws_shield_subscription")) > 0
    && self.internal != true
    && (self.load_balancer_type == null || self.load_balancer_type == "application")
    && length(self.vpc) == 0
  )
  require = length(referrers("aws_shield_protection", "resource_arn")) > 0 || anytrue(local.managers)
  message = "${self.address} faces the internet without the protection of Shield Advanced, which is subscribed to"
  fix {
    title         = "Put ${self.address} under Shield Advanced"
    applicability = "review"
    caution       = "Shield Advanced bills the traffic that leaves what it protects."
  }
}
