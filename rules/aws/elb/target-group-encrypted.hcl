# The way from a load balancer to its targets is part of the way that data takes. Asked where it is certain that it is in
# clear text: a group for HTTP, and one for TCP behind a listener that ends TLS. TCP behind a listener for TCP may carry TLS
# from end to end. Many keep to clear text inside a private network on purpose, which is why this is low. A new protocol
# replaces the group, and the targets have to speak TLS, so there is no fix.
rule {
  title    = "Target group encrypts traffic to its targets"
  severity = "low"
  resource = ["aws_lb_target_group", "aws_alb_target_group"]
  aliases  = ["CKV_AWS_378"]
  criteria = {
    "CC6.7" = "Data is encrypted on the last part of its way too."
  }
  locals {
    listeners = concat(
      referrers("aws_lb_listener", "default_action.target_group_arn"),
      referrers("aws_alb_listener", "default_action.target_group_arn"),
      referrers("aws_lb_listener", "default_action.forward.target_group.arn"),
      referrers("aws_alb_listener", "default_action.forward.target_group.arn"),
    )
    ended = anytrue([for listener in local.listeners : listener.protocol == "TLS"])
  }
  applies = self.target_type != "lambda" && (
    contains(["HTTP", "HTTPS", "TLS"], self.protocol) || (self.protocol == "TCP" && local.ended == true)
  )
  require = self.protocol == "HTTPS" || self.protocol == "TLS"
  message = "${self.address} sends traffic to its targets in clear text"
}
