# A deployment that can't reach a steady state goes back by itself, which is also evidence of managed change. Services
# that CodeDeploy or another controller deploys are rolled back there, and the newer strategies keep the old version
# until the new one holds.
rule {
  title    = "ECS service rolls back failed deployments"
  severity = "medium"
  resource = ["aws_ecs_service"]
  criteria = {
    "CC8.1" = "A change that fails is taken back as part of the process."
    "A1.2"  = "The last working version returns without a person."
  }
  locals {
    # AWS may refuse the circuit breaker behind a Classic Load Balancer: no fix there.
    classic = anytrue([for balancer in self.load_balancer : balancer.elb_name != null]) == true
  }
  applies = (
    (self.deployment_controller[0].type == null || self.deployment_controller[0].type == "ECS")
    && (
      self.deployment_configuration[0].strategy == null
      || self.deployment_configuration[0].strategy == "ROLLING"
    )
  )
  require = (
    (
      self.deployment_circuit_breaker[0].enable == true
      && self.deployment_circuit_breaker[0].rollback == true
    )
    || (self.alarms[0].enable == true && self.alarms[0].rollback == true)
  )
  message = "${self.address} leaves failed deployments in place"
  fix {
    title         = "Let ${self.address} roll back failed deployments"
    applicability = "auto"
  }
}
