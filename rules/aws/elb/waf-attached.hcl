# A web ACL turns away known attacks before they reach the application. Firewall Manager may attach one for all.
rule {
  title    = "Internet-facing application load balancers have a web ACL"
  severity = "medium"
  resource = ["aws_lb", "aws_alb"]
  aliases  = ["CKV2_AWS_28", "elbv2_waf_acl_attached", "elb_application_lb_waf_enabled"]
  criteria = {
    "CC6.6" = "Requests from outside are filtered before they reach the application."
    "CC6.1" = "Attempts to go round the login are turned away early."
    "CC5.2" = "A technical control backs the rules on exposed interfaces."
  }
  applies = self.internal != true && (self.load_balancer_type == null || self.load_balancer_type == "application")
  require = (
    length(referrers("aws_wafv2_web_acl_association", "resource_arn")) > 0
    || length(referrers("aws_wafregional_web_acl_association", "resource_arn")) > 0
    || anytrue([for policy in resources("aws_fms_policy") : anytrue([
      for data in policy.security_service_policy_data : contains(["WAF", "WAFV2"], data.type)
    ])])
  )
  message = "${self.address} faces the internet without a web ACL"
}
