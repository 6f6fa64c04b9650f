# A rule without effect or metrics gives false comfort. To count is a phase of every roll-out, so it is reported only where
# an ACL that allows by default does nothing else. What to block is a decision: there is no fix.
rule {
  title    = "WAF rules have an action and metrics"
  severity = "low"
  resource = [
    "aws_waf_web_acl",
    "aws_wafregional_web_acl",
    "aws_wafv2_rule_group",
    "aws_wafv2_web_acl",
  ]
  aliases = ["CKV_AWS_342", "wafv2_webacl_rule_logging_enabled"]
  criteria = {
    "CC6.6" = "The firewall's rules act on the requests that they match."
    "CC7.2" = "What each rule matches can be watched."
    "A1.1"  = "Requests that are meant to be stopped do not use up capacity."
  }
  locals {
    rules = [for rule in concat(self.rule, self.rules) : rule if rule != null]
    acts = anytrue([for rule in local.rules : (
      rule.action[0].count[0] == null
      && rule.override_action[0].count[0] == null
      && rule.action[0].type != "COUNT"
      && rule.override_action[0].type != "COUNT"
    )])
  }
  applies = length(local.rules) > 0
  require = (
    alltrue([for rule in local.rules : rule.action[0] != null || rule.override_action[0] != null])
    && alltrue([for rule in local.rules : (
      rule.visibility_config[0] == null || rule.visibility_config[0].cloudwatch_metrics_enabled == true
    )])
    && (
      local.acts == true
      || self.capacity != null
      || self.default_action[0].block[0] != null
      || self.default_action[0].type == "BLOCK"
    )
  )
  message = "${self.address} has rules without effect, or without metrics"
}
