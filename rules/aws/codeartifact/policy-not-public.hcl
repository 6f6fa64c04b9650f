# Whoever may publish to a package repository puts code into every build that uses it. Only a person knows who publishes,
# so there is no fix.
rule {
  title    = "CodeArtifact policy does not allow everyone"
  severity = "high"
  resource = ["aws_codeartifact_domain_permissions_policy", "aws_codeartifact_repository_permissions_policy"]
  criteria = {
    "CC6.1" = "Packages are read and published by named identities only."
    "CC6.8" = "Strangers can't put code of theirs into builds."
  }
  require = policy_allows_public(self.policy_document) == false
  message = "${self.address} lets everyone use the packages"
}
