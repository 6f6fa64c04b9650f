# A privileged container has root on its host and reaches every other job there. Whoever set it knows why, so there is
# no fix.
rule {
  title    = "Batch job is not privileged"
  severity = "high"
  resource = ["aws_batch_job_definition"]
  aliases  = ["CKV_AWS_210"]
  criteria = {
    "CC6.8" = "Code in a job can't change the host it runs on."
    "CC6.3" = "A job has the rights that it needs and not those of its host."
  }
  locals {
    single = self.container_properties == null ? {} : jsondecode(self.container_properties)
    ecs    = self.ecs_properties == null ? {} : jsondecode(self.ecs_properties)
    nodes  = self.node_properties == null ? {} : jsondecode(self.node_properties)
    pods   = self.eks_properties[0].pod_properties[0]
  }
  # In turn: one container, tasks of ECS, groups of nodes, pods of EKS.
  require = (
    local.single.privileged != true
    && alltrue([for task in local.ecs.taskProperties : (
      alltrue([for each in task.containers : each.privileged != true])
    )])
    && alltrue([for range in local.nodes.nodeRangeProperties : (
      range.container.privileged != true
      && alltrue([for task in range.ecsProperties.taskProperties : (
        alltrue([for each in task.containers : each.privileged != true])
      )])
      && alltrue([for each in range.eksProperties.podProperties.containers : each.securityContext.privileged != true])
      && alltrue([for each in range.eksProperties.podProperties.initContainers : each.securityContext.privileged != true])
    )])
    && alltrue([for each in local.pods.containers : each.security_context[0].privileged != true])
    && alltrue([for each in local.pods.init_containers : each.security_context[0].privileged != true])
  )
  message = "${self.address} runs a privileged container"
}
