# A machine that was registered by hand is not replaced when it fails, and no second one joins it under load.
rule {
  title    = "Load-balanced instances belong to an Auto Scaling group"
  severity = "medium"
  resource = ["aws_lb_target_group_attachment", "aws_elb_attachment", "aws_elb"]
  criteria = {
    "A1.1" = "Capacity behind the load balancer can grow."
    "A1.2" = "A machine that fails is replaced by itself."
  }
  locals {
    targets = concat(referred("target_id"), referred("instance"), referred("instances"))
    alone   = [for target in local.targets : target if length(regexall("(^|\\.)aws_instance\\.", target.address)) > 0]
  }
  applies = length(local.targets) > 0
  require = length(local.alone) == 0
  message = "${self.address} balances load to a machine outside any Auto Scaling group"
}
