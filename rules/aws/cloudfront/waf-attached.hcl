# A web ACL turns away known attacks at the edge, before they reach the application.
rule {
  title    = "CloudFront distributions have a web ACL"
  severity = "medium"
  resource = ["aws_cloudfront_distribution"]
  aliases  = ["CKV_AWS_68", "AVD-AWS-0011", "cloudfront_distributions_using_waf", "aws-cloudfront-enable-waf"]
  criteria = {
    "CC6.6" = "Requests from outside are filtered before they reach the application."
    "CC5.2" = "A technical control backs the rules on exposed interfaces."
  }
  applies = self.enabled == true
  require = length(referred("web_acl_id")) > 0 || (self.web_acl_id != null && self.web_acl_id != "")
  message = "${self.address} has no web ACL"
}
