# A private API is reached through any VPC endpoint of any account unless its policy says which. A private API without
# a policy can't be called at all, so only policies are judged.
rule {
  title    = "Private APIs limit callers in their resource policy"
  severity = "high"
  resource = ["aws_api_gateway_rest_api"]
  aliases  = ["apigateway_restapi_public"]
  criteria = {
    "CC6.1" = "Only named networks or identities may call the API."
    "CC6.6" = "Endpoints of other accounts can't be used to reach the API."
  }
  locals {
    attached = referrers("aws_api_gateway_rest_api_policy", "rest_api_id")
    texts    = concat([for text in [self.policy] : text if text != null], [for policy in local.attached : policy.policy])
    # The form that AWS documents: everybody may, but who comes from elsewhere is refused.
    refused = [for text in local.texts : anytrue([for statement in policy_statements(text) : (
      statement.effect == "Deny" && anytrue([for condition in statement.conditions : (
        contains(["stringnotequals", "stringnotlike", "notipaddress"], lower(condition.test))
        && contains(
          ["aws:sourcevpce", "aws:sourcevpc", "aws:principalorgid", "aws:sourceip", "aws:vpcsourceip"],
          lower(condition.variable),
        )
      )])
    )])]
  }
  applies = (
    contains(self.endpoint_configuration[0].types, "PRIVATE") == true
    && (self.policy != null || length(local.attached) > 0)
  )
  require = (
    (policy_allows_public(self.policy) == false && alltrue([for policy in local.attached : policy_allows_public(policy.policy) == false]))
    || anytrue(local.refused)
  )
  message = "${self.address} lets every VPC endpoint call it"
}
