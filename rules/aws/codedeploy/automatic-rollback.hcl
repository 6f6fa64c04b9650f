# A failed change must not stay in production until somebody notices.
rule {
  title    = "CodeDeploy rolls back failed deployments"
  severity = "medium"
  resource = ["aws_codedeploy_deployment_group"]
  criteria = {
    "CC8.1" = "A change that fails is taken back as part of the process."
    "A1.2"  = "The last working version returns without a person."
  }
  locals {
    events = concat(self.auto_rollback_configuration[0].events, ["DEPLOYMENT_FAILURE"])
  }
  require = (
    self.auto_rollback_configuration[0].enabled == true
    && contains(self.auto_rollback_configuration[0].events, "DEPLOYMENT_FAILURE")
  )
  message = "${self.address} leaves failed deployments in place"
  fix {
    title         = "Let ${self.address} roll back failed deployments"
    applicability = "auto"
  }
}
