# A firewall that passes what no rule names is a router. Packets have to be dropped, or handed to stateful rules: with
# strict order those drop by default, with the default order they need at least one rule group to decide.
rule {
  title    = "Network Firewall policy does not pass by default"
  severity = "high"
  resource = ["aws_networkfirewall_firewall_policy"]
  aliases = [
    "networkfirewall_policy_default_action_full_packets",
    "networkfirewall_policy_default_action_fragmented_packets",
    "networkfirewall_policy_rule_group_associated",
  ]
  criteria = {
    "CC6.6" = "Traffic crosses the network boundary only where a rule looks at it."
    "CC5.1" = "The firewall's policy acts on the traffic that it was bought for."
  }
  locals {
    policy    = self.firewall_policy[0]
    full      = local.policy.stateless_default_actions
    fragments = local.policy.stateless_fragment_default_actions
    groups = concat(
      [for group in local.policy.stateful_rule_group_reference : group != null],
      [for group in local.policy.stateless_rule_group_reference : group != null],
    )
    dropped  = contains(local.full, "aws:drop") && contains(local.fragments, "aws:drop")
    strict   = local.policy.stateful_engine_options[0].rule_order == "STRICT_ORDER"
    stateful = anytrue([for action in local.policy.stateful_default_actions : startswith(action, "aws:drop")])
  }
  require = (
    (contains(local.full, "aws:drop") || contains(local.full, "aws:forward_to_sfe"))
    && !contains(local.full, "aws:pass")
    && (contains(local.fragments, "aws:drop") || contains(local.fragments, "aws:forward_to_sfe"))
    && !contains(local.fragments, "aws:pass")
    && ((local.strict == true ? local.stateful == true : anytrue(local.groups)) || local.dropped == true)
  )
  message = "${self.address} lets traffic pass that no rule names"
}
