# A listener for HTTP may do nothing but send clients to HTTPS; a rule beside its default action that forwards still
# serves clear text.
rule {
  title    = "Load balancer listeners use HTTPS or redirect to it"
  severity = "high"
  resource = ["aws_lb_listener", "aws_alb_listener"]
  aliases = [
    "CKV_AWS_2",
    "CKV2_AWS_20",
    "AVD-AWS-0054",
    "elbv2_ssl_listeners",
    "elb_application_lb_redirect_http_request_to_https",
    "aws-elb-http-not-used",
  ]
  criteria = {
    "CC6.7" = "Data between clients and the load balancer is encrypted."
    "CC6.1" = "Sessions and passwords can't be read on the way."
  }
  locals {
    rules = concat(referrers("aws_lb_listener_rule", "listener_arn"), referrers("aws_alb_listener_rule", "listener_arn"))
  }
  # Listeners of gateway load balancers have no port.
  applies = contains(["HTTP", "HTTPS"], self.protocol) || (self.protocol == null && self.port != null)
  require = self.protocol == "HTTPS" || (
    alltrue([for action in self.default_action : (
      action.type == "redirect" && alltrue([for redirect in action.redirect : redirect.protocol == "HTTPS"])
    )])
    && alltrue([for rule in local.rules : alltrue([for action in rule.action : action.type != "forward"])])
  )
  message = "${self.address} serves plain HTTP"
}
