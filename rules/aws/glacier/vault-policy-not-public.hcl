# Archives are customer data too, often the oldest and least watched. Only a person knows who restores them, so there is
# no fix.
rule {
  title    = "Glacier vault policy does not allow everyone"
  severity = "high"
  resource = ["aws_glacier_vault"]
  aliases  = ["CKV_AWS_167", "glacier_vaults_policy_public_access"]
  criteria = {
    "CC6.1" = "Archives are reached by named identities only."
    "CC6.6" = "Archives can't be fetched from outside through a policy."
  }
  applies = self.access_policy != null
  require = policy_allows_public(self.access_policy) == false
  message = "${self.address} has a policy that lets everyone in"
}
