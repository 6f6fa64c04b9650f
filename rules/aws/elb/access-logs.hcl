# Access logs are often the only record of who called what. On aws_lb they are off until enabled says otherwise, on
# aws_elb the block is enough. Network load balancers log TLS listeners only.
rule {
  title    = "Load balancers write access logs"
  severity = "medium"
  resource = ["aws_lb", "aws_alb", "aws_elb"]
  aliases = [
    "CKV_AWS_91",
    "CKV_AWS_92",
    "elbv2_logging_enabled",
    "elb_logging_enabled",
    "elb_application_classic_lb_logging_enabled",
  ]
  criteria = {
    "CC7.2" = "Unusual calls leave a record."
    "CC7.3" = "Who called what can be looked up when something happened."
    "PI1.2" = "Inputs can be traced to who sent them."
    "A1.1"  = "Load can be seen and planned for."
  }
  locals {
    tls = anytrue([for listener in referrers("aws_lb_listener", "load_balancer_arn") : listener.protocol == "TLS"])
    # Only classic load balancers have listeners of their own.
    classic = length(self.listener) > 0
  }
  applies = self.load_balancer_type != "gateway" && (self.load_balancer_type != "network" || local.tls == true)
  require = anytrue([for logs in self.access_logs : (
    logs.bucket != null && (local.classic == true ? logs.enabled != false : logs.enabled == true)
  )])
  message = "${self.address} writes no access logs"
  fix {
    title         = "Write access logs of ${self.address}"
    applicability = "review"
    caution       = "The bucket needs a policy that lets the load balancers of this region write to it."
  }
}
