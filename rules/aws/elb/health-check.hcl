# Traffic must leave failed targets by itself. Without a path AWS requests "/", which often says nothing about the
# application: the targets are checked, but weakly, which is why this is low. Only a person knows the path that does, so there is no fix.
rule {
  title    = "Target groups and classic balancers check the application"
  severity = "low"
  resource = ["aws_lb_target_group", "aws_alb_target_group", "aws_elb"]
  aliases  = ["CKV_AWS_261"]
  criteria = {
    "A1.2"  = "Traffic moves away from failed targets without a person."
    "A1.1"  = "Only targets that can serve count as capacity."
    "CC7.2" = "A failing application is noticed."
  }
  locals {
    # Only classic load balancers have listeners of their own. One that speaks HTTP can ask for a path.
    http = anytrue([for listener in self.listener : contains(["http", "https"], lower("${listener.instance_protocol}"))])
  }
  applies = self.target_type != "lambda"
  require = (
    self.health_check[0].enabled != false
    && (startswith(self.health_check[0].target, "HTTP") || local.http == false)
    && (
      self.health_check[0].path != null
      || !(self.protocol == "HTTP" || self.protocol == "HTTPS")
    )
  )
  message = "${self.address} does not check its targets on a path of the application"
}
