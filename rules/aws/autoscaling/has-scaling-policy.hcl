# A group that never changes its size does not follow demand. A single node that is only replaced when it fails, and
# groups that Kubernetes scales, are left out.
rule {
  title    = "Auto Scaling group really scales"
  severity = "medium"
  resource = ["aws_autoscaling_group"]
  criteria = {
    "A1.1" = "Capacity follows demand, within limits that somebody set."
  }
  locals {
    kubernetes = anytrue([for tag in self.tag : length(regexall("^(kubernetes\\.io/cluster/|k8s\\.io/cluster|eks:|karpenter)", tag.key)) > 0])
    policies   = [for policy in referrers("aws_autoscaling_policy", "autoscaling_group_name") : policy.enabled != false]
    scalers = concat(
      referrers("aws_autoscaling_schedule", "autoscaling_group_name"),
      referrers("aws_ecs_capacity_provider", "auto_scaling_group_provider.auto_scaling_group_arn"),
      resources("aws_autoscalingplans_scaling_plan"),
    )
  }
  applies = local.kubernetes == false && (self.min_size == 1 && self.max_size == 1) == false
  require = self.max_size > self.min_size && (anytrue(local.policies) || length(local.scalers) > 0)
  message = "${self.address} stays at its size whatever the load"
}
