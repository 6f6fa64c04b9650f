# A single broker stops all message processing when its zone fails. Brokers tagged as belonging to a short-lived
# environment are not asked. The second zone needs subnets and doubles the cost, so there is no fix.
rule {
  title    = "MQ broker is deployed in several zones"
  severity = "medium"
  resource = ["aws_mq_broker"]
  aliases  = ["mq_broker_active_deployment_mode", "mq_broker_cluster_deployment_mode"]
  criteria = {
    "A1.2" = "Messages are still processed when one zone is lost."
  }
  locals {
    several      = ["ACTIVE_STANDBY_MULTI_AZ", "CLUSTER_MULTI_AZ"]
    environments = [for key, value in self.tags : lower(value) if contains(["env", "environment"], lower(key))]
    short_lived = anytrue([for environment in local.environments : (
      contains(["dev", "development", "test", "sandbox", "preview", "ci"], environment)
    )])
  }
  applies = contains(local.several, self.deployment_mode) || local.short_lived != true
  require = contains(local.several, self.deployment_mode)
  message = "${self.address} runs in one zone only"
}
