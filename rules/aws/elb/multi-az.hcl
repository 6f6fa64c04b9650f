# A load balancer in one subnet is gone with its zone.
rule {
  title    = "Load balancers span several Availability Zones"
  severity = "medium"
  resource = ["aws_lb", "aws_alb", "aws_elb"]
  aliases  = ["elbv2_is_in_multiple_az", "elb_is_in_multiple_az"]
  criteria = {
    "A1.2" = "The load balancer answers when a zone is lost."
  }
  require = length(self.subnets) + length(self.subnet_mapping) + length(self.availability_zones) >= 2
  message = "${self.address} stands in one zone only"
}
