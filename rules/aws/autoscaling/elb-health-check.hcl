# With EC2 checks only, an instance that fails the application's health check stays in service.
rule {
  title    = "Auto Scaling group behind a load balancer uses its health checks"
  severity = "medium"
  resource = ["aws_autoscaling_group"]
  aliases  = ["CKV2_AWS_15", "autoscaling_group_elb_health_check_enabled"]
  criteria = {
    "A1.2"  = "Instances that no longer serve are replaced."
    "A1.1"  = "The group's size counts instances that work."
    "CC7.2" = "A failed application is noticed, not only a failed machine."
  }
  applies = (
    length(self.load_balancers) > 0
    || length(self.target_group_arns) > 0
    || length(self.traffic_source) > 0
    || length(referrers("aws_autoscaling_attachment", "autoscaling_group_name")) > 0
  )
  require = self.health_check_type == "ELB" || self.health_check_type == "VPC_LATTICE"
  message = "${self.address} ignores the health checks of its load balancer"
  fix {
    title         = "Use the load balancer's health checks in ${self.address}"
    applicability = "review"
    caution       = "Instances that fail the check are replaced; health_check_grace_period (300 seconds by default) must cover the start of the application."
  }
}
