# A privileged container, or one with the kernel's strongest capabilities, owns its host and every other task there.
# Whoever set it knows why, so there is no fix.
rule {
  title    = "ECS container is not privileged"
  severity = "high"
  resource = ["aws_ecs_task_definition"]
  aliases  = ["CKV_AWS_334", "ecs_task_definitions_no_privileged_containers"]
  criteria = {
    "CC6.8" = "Code in a container can't change the host it runs on."
    "CC6.3" = "A container has the rights that it needs and not those of its host."
    "CC6.1" = "Other tasks on the host stay out of reach."
  }
  locals {
    containers = jsondecode(self.container_definitions)
    powerful   = ["ALL", "SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE", "SYS_MODULE", "DAC_READ_SEARCH"]
  }
  require = alltrue([for container in local.containers : container.privileged != true && (
    alltrue([for capability in container.linuxParameters.capabilities.add : !contains(local.powerful, capability)])
  )])
  message = "${self.address} has a privileged container"
}
