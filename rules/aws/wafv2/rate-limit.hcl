# One client must not use up the capacity of all. Rules inside a rule group of the same configuration count; an ACL that
# uses a rule group from elsewhere is not asked. The right limit depends on the traffic, so there is no fix.
rule {
  title    = "Web ACL limits the requests of each client"
  severity = "low"
  resource = ["aws_wafv2_web_acl"]
  criteria = {
    "A1.1"  = "A single client can't use up the capacity of the system."
    "CC6.6" = "Floods and guessing of passwords are slowed down at the boundary."
  }
  locals {
    written = self.rule_json == null ? [] : jsondecode(self.rule_json)
    rules = [for rule in concat(self.rule, flatten([for group in referred("rule.statement.rule_group_reference_statement.arn") : group.rule])) : (
      rule.statement[0].rate_based_statement[0] != null && (
        rule.action[0].block[0] != null
        || rule.action[0].captcha[0] != null
        || rule.action[0].challenge[0] != null
      )
    )]
    json = [for rule in local.written : (
      rule.Statement.RateBasedStatement != null
      && (rule.Action.Block != null || rule.Action.Captcha != null || rule.Action.Challenge != null)
    )]
    limited = anytrue(local.rules) || anytrue(local.json)
    used = concat(
      [for rule in self.rule : rule if rule.statement[0].rule_group_reference_statement[0] != null],
      [for rule in local.written : rule if rule.Statement.RuleGroupReferenceStatement != null],
      [for association in referrers("aws_wafv2_web_acl_rule_group_association", "web_acl_arn") : association if association.rule_group_reference[0] != null],
    )
    own = [for group in referred("rule.statement.rule_group_reference_statement.arn") : group if group.capacity != null]
  }
  applies = local.limited == true || length(local.used) <= length(local.own)
  require = anytrue(local.rules) || anytrue(local.json)
  message = "${self.address} does not limit how many requests a client may send"
}
