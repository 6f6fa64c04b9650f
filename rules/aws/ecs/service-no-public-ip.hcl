# Tasks belong behind a load balancer in private subnets. A public address lets everyone knock at the container itself.
# A change replaces a task set, so it gets no fix.
rule {
  title    = "ECS tasks get no public address"
  severity = "high"
  resource = ["aws_ecs_service", "aws_ecs_task_set"]
  aliases  = ["CKV_AWS_333", "ecs_service_no_assign_public_ip", "ecs_task_set_no_assign_public_ip"]
  criteria = {
    "CC6.6" = "Containers can't be reached from the internet directly."
    "CC6.1" = "Requests come in through the load balancer's controls."
  }
  applies = length(self.network_configuration) > 0
  require = self.network_configuration[0].assign_public_ip != true
  message = "${self.address} gives its tasks public addresses"
  fix {
    title         = "Take the public addresses from ${self.address}"
    applicability = "review"
    caution       = "The subnets need NAT or VPC endpoints first: without a way out the new tasks can't pull their images."
  }
}
