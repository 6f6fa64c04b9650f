# A GraphQL endpoint takes queries of any shape from anywhere; a web ACL turns away known attacks and floods first.
rule {
  title    = "AppSync APIs have a web ACL"
  severity = "medium"
  resource = ["aws_appsync_graphql_api"]
  aliases  = ["CKV2_AWS_33"]
  criteria = {
    "CC6.6" = "Requests from outside are filtered before they reach the API."
    "CC5.2" = "A technical control backs the rules on exposed interfaces."
  }
  applies = self.visibility != "PRIVATE"
  require = length(referrers("aws_wafv2_web_acl_association", "resource_arn")) > 0
  message = "${self.address} has no web ACL"
}
