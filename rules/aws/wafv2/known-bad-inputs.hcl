# The rule set stops requests that are tried everywhere, Log4Shell among them. It counts only where it blocks. It should
# count for a while before it does, so there is no fix.
rule {
  title    = "Web ACL blocks known bad inputs"
  severity = "medium"
  resource = ["aws_wafv2_web_acl"]
  aliases  = ["CKV_AWS_192", "CKV2_AWS_47", "CKV2_AWS_76", "CKV2_AWS_77", "CKV2_AWS_78"]
  criteria = {
    "CC6.6" = "Requests that exploit known flaws are stopped at the boundary."
    "CC6.8" = "Foreign code is not run through known flaws of web software."
    "CC7.1" = "Widely exploited flaws are covered before every system is patched."
  }
  locals {
    set     = "AWSManagedRulesKnownBadInputsRuleSet"
    written = self.rule_json == null ? [] : jsondecode(self.rule_json)
    rules = [for rule in self.rule : (
      rule.statement[0].managed_rule_group_statement[0].name == local.set
      && rule.statement[0].managed_rule_group_statement[0].vendor_name == "AWS"
      && rule.override_action[0].count[0] == null
      && !anytrue([for override in rule.statement[0].managed_rule_group_statement[0].rule_action_override : (
        startswith(override.name, "Log4JRCE") && override.action_to_use[0].count[0] != null
      )])
      # Older providers let a rule of the group count like this.
      && !anytrue([for excluded in rule.statement[0].managed_rule_group_statement[0].excluded_rule : (
        startswith(excluded.name, "Log4JRCE")
      )])
    )]
    json = [for rule in local.written : (
      rule.Statement.ManagedRuleGroupStatement.Name == local.set
      && rule.OverrideAction.Count == null
      && !anytrue([for override in rule.Statement.ManagedRuleGroupStatement.RuleActionOverrides : (
        startswith(override.Name, "Log4JRCE") && override.ActionToUse.Count != null
      )])
      && !anytrue([for excluded in rule.Statement.ManagedRuleGroupStatement.ExcludedRules : (
        startswith(excluded.Name, "Log4JRCE")
      )])
    )]
    associated = [for association in referrers("aws_wafv2_web_acl_rule_group_association", "web_acl_arn") : (
      association.managed_rule_group[0].name == local.set
      && association.override_action != "count"
      && !anytrue([for override in association.managed_rule_group[0].rule_action_override : (
        startswith(override.name, "Log4JRCE") && override.action_to_use[0].count[0] != null
      )])
    )]
  }
  require = anytrue(local.rules) || anytrue(local.json) || anytrue(local.associated)
  message = "${self.address} does not block known bad inputs"
}
