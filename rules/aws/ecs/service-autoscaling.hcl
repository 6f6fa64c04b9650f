# A fixed number of tasks misses capacity commitments under load. Only a person knows the limits, so there is no fix.
rule {
  title    = "ECS service scales with demand"
  severity = "medium"
  resource = ["aws_ecs_service"]
  criteria = {
    "A1.1" = "Capacity follows demand between set limits."
  }
  locals {
    joined = referrers("aws_appautoscaling_target", "resource_id")
    # A target may name cluster and service in plain text.
    named = [for target in resources("aws_appautoscaling_target") : (
      endswith(coalesce(target.resource_id, "-"), "/${self.name}") == true
      && target.max_capacity > target.min_capacity
    )]
  }
  applies = self.scheduling_strategy != "DAEMON"
  require = (
    anytrue([for target in local.joined : target.max_capacity > target.min_capacity])
    || contains(local.named, true)
  )
  message = "${self.address} has a fixed number of tasks"
}
