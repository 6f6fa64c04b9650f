# What a web ACL turned away, and what it let through, is the record of an attack; it is kept only where logging is
# set up.
rule {
  title    = "Web ACLs write logs"
  severity = "medium"
  resource = ["aws_wafv2_web_acl", "aws_waf_web_acl", "aws_wafregional_web_acl"]
  aliases = [
    "CKV2_AWS_31",
    "CKV_AWS_176",
    "wafv2_webacl_logging_enabled",
    "waf_global_webacl_logging_enabled",
    "waf_regional_webacl_logging_enabled",
    "wafv2_web_acl_logging_enabled",
    "waf_web_acl_logging_enabled",
  ]
  criteria = {
    "CC7.2" = "Attacks leave a record."
    "PI1.2" = "Inputs that were refused can be traced."
    "A1.1"  = "Floods can be seen and measured."
  }
  require = (
    length(referrers("aws_wafv2_web_acl_logging_configuration", "resource_arn")) > 0
    || anytrue([for logging in self.logging_configuration : logging.log_destination != null])
  )
  message = "${self.address} writes no logs"
}
