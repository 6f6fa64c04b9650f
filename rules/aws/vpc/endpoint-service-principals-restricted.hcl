# "*" lets every AWS account ask for a connection to the service; acceptance by hand only narrows that.
rule {
  title    = "Endpoint services do not allow all principals"
  severity = "high"
  resource = ["aws_vpc_endpoint_service", "aws_vpc_endpoint_service_allowed_principal"]
  aliases  = ["vpc_endpoint_services_allowed_principals_trust_boundaries"]
  criteria = {
    "CC6.6" = "Only named accounts can connect from outside."
    "CC6.1" = "Consumers of the service are known."
  }
  require = contains(self.allowed_principals, "*") == false && self.principal_arn != "*"
  message = "${self.address} invites every AWS account"
}
