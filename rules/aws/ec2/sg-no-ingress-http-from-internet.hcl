# Port 80 carries clear text. A load balancer may listen there, as long as it only sends clients on to HTTPS.
rule {
  title    = "Security groups do not open plain HTTP (80) to the internet"
  severity = "low"
  resource = [
    "aws_security_group",
    "aws_default_security_group",
    "aws_security_group_rule",
    "aws_vpc_security_group_ingress_rule",
  ]
  aliases = ["CKV_AWS_260"]
  criteria = {
    "CC6.7" = "Data is not sent in clear text over the internet."
    "CC6.6" = "Only encrypted ports can be reached from outside."
  }
  locals {
    balancers = concat(
      referrers("aws_lb", "security_groups"),
      referrers("aws_alb", "security_groups"),
    )
    redirects = anytrue([for listener in concat(resources("aws_lb_listener"), resources("aws_alb_listener")) : (
      listener.port == 80 && alltrue([for action in listener.default_action : action.type == "redirect"])
    )])
  }
  # Of a rule that is a resource of its own only the tree says whether a load balancer redirects.
  require = (
    (
      alltrue([for rule in self.ingress : world_reaches_port(rule, 80) == false])
      && world_reaches_port(self, 80) == false
    )
    || (local.redirects == true && (length(local.balancers) > 0 || self.security_group_id != null))
  )
  message = "${self.address} lets anyone on the internet reach plain HTTP (port 80)"
}
