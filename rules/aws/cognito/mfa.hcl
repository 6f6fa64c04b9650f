# With a second factor a stolen password alone opens nothing. OPTIONAL leaves it to each user, which is common for
# customers, and is accepted. Pools that only pass on to another identity provider leave it to that one.
rule {
  title    = "Cognito user pools use MFA"
  severity = "high"
  resource = ["aws_cognito_user_pool"]
  aliases  = ["cognito_user_pool_mfa_enabled"]
  criteria = {
    "CC6.1" = "Users can protect their account by more than a password."
    "CC6.2" = "Credentials are issued with a second factor."
  }
  locals {
    clients = referrers("aws_cognito_user_pool_client", "user_pool_id")
    federated = length(local.clients) > 0 && alltrue([for client in local.clients : (
      length(client.supported_identity_providers) > 0 && contains(client.supported_identity_providers, "COGNITO") == false
    )])
  }
  applies = local.federated == false
  require = contains(["ON", "OPTIONAL"], self.mfa_configuration) && (
    anytrue([for token in self.software_token_mfa_configuration : token.enabled == true])
    || length(self.sms_configuration) > 0
    || length(self.email_mfa_configuration) > 0
    || length(self.web_authn_configuration) > 0
  )
  message = "${self.address} has no second factor"
}
