# A web ACL turns away known attacks before they reach the API. HTTP APIs can't have one, and private APIs are not on
# the internet.
rule {
  title    = "Public REST API stages have a web ACL"
  severity = "medium"
  resource = ["aws_api_gateway_stage"]
  aliases  = ["CKV2_AWS_29", "apigateway_restapi_waf_acl_attached"]
  criteria = {
    "CC6.6" = "Requests from outside are filtered before they reach the API."
    "CC5.2" = "A technical control backs the rules on exposed interfaces."
  }
  locals {
    api = referred("rest_api_id")[0]
  }
  applies = contains(local.api.endpoint_configuration[0].types, "PRIVATE") == false
  require = (
    length(referrers("aws_wafv2_web_acl_association", "resource_arn")) > 0
    || length(referrers("aws_wafregional_web_acl_association", "resource_arn")) > 0
  )
  message = "${self.address} has no web ACL"
}
