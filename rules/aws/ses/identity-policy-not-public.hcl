# Whoever may send as an identity sends mail in the company's name. Only a person knows the senders, so there is no fix.
rule {
  title    = "SES identity policy does not allow everyone"
  severity = "high"
  resource = ["aws_ses_identity_policy", "aws_sesv2_email_identity_policy"]
  aliases  = ["ses_identity_not_publicly_accessible"]
  criteria = {
    "CC6.1" = "Mail in the company's name is sent by named identities only."
  }
  require = policy_allows_public(self.policy) == false
  message = "${self.address} lets everyone send mail as the identity"
}
