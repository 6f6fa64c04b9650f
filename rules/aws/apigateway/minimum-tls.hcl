# Old versions of TLS fail the security scans of customers. Without a policy AWS gives new names TLS 1.2 while older ones
# keep what they have: the code does not tell, so such a name is not asked. Newer policies pass by their prefix.
rule {
  title    = "API Gateway domain requires TLS 1.2"
  severity = "high"
  resource = ["aws_api_gateway_domain_name"]
  aliases  = ["CKV_AWS_206", "AVD-AWS-0005", "aws-apigateway-use-secure-tls-policy"]
  criteria = {
    "CC6.7" = "Requests to the API are protected by a current version of TLS."
  }
  applies = self.security_policy != null
  require = (
    self.security_policy == "TLS_1_2"
    || startswith(self.security_policy, "SecurityPolicy_TLS12")
    || startswith(self.security_policy, "SecurityPolicy_TLS13")
  )
  message = "${self.address} accepts TLS 1.0"
  fix {
    title         = "Require TLS 1.2 on ${self.address}"
    applicability = "review"
    caution       = "Clients that know nothing newer than TLS 1.1 can no longer connect. The change takes up to an hour."
  }
}
