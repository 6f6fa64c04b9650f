# Without it, a zone with few targets overloads them while others idle. Application load balancers always balance across
# zones, classic ones unless told not to. Where a target group of the tree decides for itself, the load balancer is not asked.
# AWS bills traffic between zones for network load balancers.
rule {
  title    = "Load balancer balances across zones"
  severity = "low"
  resource = ["aws_lb", "aws_alb", "aws_elb"]
  aliases = [
    "CKV_AWS_138",
    "CKV_AWS_152",
    "elb_cross_zone_load_balancing_enabled",
    "elbv2_cross_zone_load_balancing_enabled",
  ]
  criteria = {
    "A1.2" = "Requests reach healthy targets in any zone."
    "A1.1" = "The capacity of every zone is used."
  }
  locals {
    classic = self.load_balancer_type == null && length(self.listener) > 0
    groups = [for group in concat(resources("aws_lb_target_group"), resources("aws_alb_target_group")) : group if(
      group.load_balancing_cross_zone_enabled != null && group.load_balancing_cross_zone_enabled != "use_load_balancer_configuration"
    )]
  }
  applies = local.classic == true || (contains(["network", "gateway"], self.load_balancer_type) && length(local.groups) == 0)
  require = local.classic == true ? self.cross_zone_load_balancing != false : self.enable_cross_zone_load_balancing == true
  message = "${self.address} sends each zone's requests to targets of that zone only"
  fix {
    title         = "Balance ${self.address} across zones"
    applicability = "review"
    caution       = "AWS bills traffic between zones for network and gateway load balancers."
  }
}
