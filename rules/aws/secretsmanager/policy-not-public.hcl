# A public secret is a published password. Only a person knows who reads it, so there is no fix.
rule {
  title    = "Secret policy does not allow everyone"
  severity = "critical"
  resource = ["aws_secretsmanager_secret_policy", "aws_secretsmanager_secret"]
  aliases  = ["secretsmanager_not_publicly_accessible", "secretsmanager_has_restrictive_resource_policy"]
  criteria = {
    "CC6.1" = "Secrets are read by named identities only."
    "C1.1"  = "Confidential values are not published by a policy."
  }
  applies = self.policy != null
  require = policy_allows_public(self.policy) == false
  message = "${self.address} lets everyone read the secret"
}
