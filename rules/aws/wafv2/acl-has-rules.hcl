# A web ACL without rules lets everything through, and so does one whose rules only count. Those that
# Firewall Manager makes are not made by Terraform.
rule {
  title    = "Web ACLs contain rules"
  severity = "high"
  resource = ["aws_wafv2_web_acl", "aws_wafregional_web_acl", "aws_waf_web_acl"]
  aliases = [
    "CKV_AWS_175",
    "wafv2_webacl_with_rules",
    "waf_regional_webacl_with_rules",
    "waf_global_webacl_with_rules",
  ]
  criteria = {
    "CC6.6" = "Requests are really filtered."
    "CC5.2" = "The control that is attached does something."
  }
  require = (
    self.rule_json != null
    || length(referrers("aws_wafv2_web_acl_rule_group_association", "web_acl_arn")) > 0
    || length(self.rules) > 0
    || anytrue([for rule in self.rule : (
      length(rule.action[0].count) == 0 && length(rule.override_action[0].count) == 0
    )])
  )
  message = "${self.address} lets everything through"
}
