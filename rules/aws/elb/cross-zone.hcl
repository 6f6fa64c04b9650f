# Without cross-zone balancing a zone with few healthy targets gets as much as one with many. Application load
# balancers always balance across zones.
rule {
  title    = "Load balancers balance across zones"
  severity = "low"
  resource = ["aws_lb", "aws_alb", "aws_elb"]
  aliases = [
    "CKV_AWS_138",
    "CKV_AWS_152",
    "elb_cross_zone_load_balancing_enabled",
    "elbv2_cross_zone_load_balancing_enabled",
  ]
  criteria = {
    "A1.2" = "Load goes to healthy targets of every zone."
    "A1.1" = "Capacity of all zones is used."
  }
  locals {
    groups  = [for group in resources("aws_lb_target_group") : group.load_balancing_cross_zone_enabled == "true"]
    classic = length(self.listener) > 0
  }
  applies = local.classic == true || contains(["network", "gateway"], self.load_balancer_type)
  require = (
    local.classic == true
    ? self.cross_zone_load_balancing != false
    : self.enable_cross_zone_load_balancing == true || anytrue(local.groups)
  )
  message = "${self.address} does not balance across zones"
  fix {
    title         = "Let ${self.address} balance across zones"
    applicability = "review"
    caution       = "Traffic between zones is charged for network load balancers."
  }
}
