# A service with one task is down while that task is replaced, and with one subnet it is gone with its zone. Asked of
# services behind a load balancer.
rule {
  title    = "ECS services run several tasks in several zones"
  severity = "medium"
  resource = ["aws_ecs_service"]
  criteria = {
    "A1.2" = "Another task answers when one, or its zone, is lost."
  }
  locals {
    targets = [for target in resources("aws_appautoscaling_target") : target if endswith(target.resource_id, "/${self.name}")]
  }
  applies = length(self.load_balancer) > 0 && self.scheduling_strategy != "DAEMON"
  require = (
    (
      self.desired_count >= 2
      || (length(local.targets) > 0 && alltrue([for target in local.targets : target.min_capacity >= 2]))
    )
    && alltrue([for network in self.network_configuration : length(network.subnets) >= 2])
  )
  message = "${self.address} runs in one task or one zone only"
}
