# A method without authorization answers anybody who knows its address. An API key is accepted, though it says who
# pays, not who calls.
rule {
  title    = "API Gateway methods require authorization"
  severity = "high"
  resource = ["aws_api_gateway_method"]
  aliases = [
    "CKV_AWS_59",
    "CKV2_AWS_70",
    "AVD-AWS-0004",
    "apigateway_restapi_authorizers_enabled",
    "apigateway_restapi_public_with_authorizer",
    "aws-apigateway-no-public-access",
  ]
  criteria = {
    "CC6.1" = "Calls are tied to an identity."
    "CC6.6" = "The API can't be used from outside without credentials."
    "CC2.2" = "Who may use the interface is stated in the interface itself."
  }
  locals {
    api     = referred("rest_api_id")[0]
    private = contains(local.api.endpoint_configuration[0].types, "PRIVATE")
    # Reached only through a domain that asks callers for a certificate.
    mutual = local.api.disable_execute_api_endpoint == true && anytrue([
      for domain in resources("aws_api_gateway_domain_name") : length(domain.mutual_tls_authentication) > 0
    ])
  }
  applies = self.http_method != "OPTIONS"
  # Whom a private API lets in is a rule of its own: aws/apigateway/private-policy-restricted.
  require = (
    self.authorization != "NONE"
    || self.api_key_required == true
    || local.private == true
    || local.mutual == true
  )
  message = "${self.address} answers without authorization"
}
