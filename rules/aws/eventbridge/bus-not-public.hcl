# Events start processing, so whoever may put them on a bus starts it too. Only a person knows the senders, so there is no
# fix.
rule {
  title    = "EventBridge bus or schema registry does not allow everyone"
  severity = "high"
  resource = ["aws_cloudwatch_event_bus_policy", "aws_cloudwatch_event_permission", "aws_schemas_registry_policy"]
  aliases = [
    "eventbridge_bus_exposed",
    "eventbridge_bus_cross_account_access",
    "eventbridge_schema_registry_cross_account_access",
  ]
  criteria = {
    "CC6.1" = "Events are accepted from named senders only."
    "CC6.6" = "Nobody outside can start processing with a forged event."
  }
  locals {
    # A condition that binds the sender to an organisation. The resource knows no other key.
    bound = self.condition[0].key == "aws:PrincipalOrgID"
  }
  require = policy_allows_public(self.policy) == false && (self.principal != "*" || local.bound == true)
  message = "${self.address} accepts events from everyone"
}
