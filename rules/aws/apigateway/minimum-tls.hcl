# Without a policy AWS chooses, and has chosen TLS 1.0 for edge-optimised and Regional names. Private names always
# need TLS 1.2. Policies that the rule does not know by name pass by their prefix.
rule {
  title    = "API Gateway domain requires TLS 1.2"
  severity = "high"
  resource = ["aws_api_gateway_domain_name"]
  aliases  = ["CKV_AWS_206", "AVD-AWS-0005", "aws-apigateway-use-secure-tls-policy"]
  criteria = {
    "CC6.7" = "Requests to the API are protected by a current version of TLS."
  }
  applies = !(self.security_policy == null && contains(self.endpoint_configuration[0].types, "PRIVATE"))
  require = (
    self.security_policy == "TLS_1_2"
    || startswith(self.security_policy, "SecurityPolicy_TLS12")
    || startswith(self.security_policy, "SecurityPolicy_TLS13")
  )
  message = "${self.address} does not require TLS 1.2"
  fix {
    title         = "Require TLS 1.2 on ${self.address}"
    applicability = "review"
    caution       = "Clients that know nothing newer than TLS 1.1 can no longer connect. The change takes up to an hour."
  }
}
