# Recovery points are full copies of the data, so who may copy from a vault or into it must be named. Only a person knows
# which accounts those are, so there is no fix.
rule {
  title    = "Backup vault policy does not allow everyone"
  severity = "high"
  resource = ["aws_backup_vault_policy"]
  criteria = {
    "CC6.1" = "Copies of the data are reached by named accounts only."
    "C1.1"  = "Confidential backups are not opened to strangers by a policy."
  }
  require = policy_allows_public(self.policy) == false
  message = "${self.address} lets everyone act on the backups in the vault"
}
