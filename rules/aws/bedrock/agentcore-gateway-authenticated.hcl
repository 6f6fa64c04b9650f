# A gateway offers tools and data to agents, and with no authorizer to everyone. A token that is not meant for this
# gateway must not open it either. Only a person knows the identity provider, so there is no fix.
rule {
  title    = "AgentCore gateway requires authentication"
  severity = "high"
  resource = ["aws_bedrockagentcore_gateway"]
  criteria = {
    "CC6.1" = "Callers of the gateway are identified first."
    "CC6.6" = "The gateway's tools can't be reached by outsiders."
  }
  locals {
    jwt = self.authorizer_configuration[0].custom_jwt_authorizer[0]
  }
  require = self.authorizer_type == "AWS_IAM" || (
    self.authorizer_type == "CUSTOM_JWT"
    && (length(local.jwt.allowed_audience) > 0 || length(local.jwt.allowed_clients) > 0)
  )
  message = "${self.address} lets in callers that it does not know, or tokens meant for others"
}
