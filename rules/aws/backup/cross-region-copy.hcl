# A region that fails, or an account in the wrong hands, must not take the backups along. The region and the cost are a
# person's decision, so there is no fix. Where one region was accepted, the setting `single_region_accepted` says so.
rule {
  title    = "Backup plan copies its backups to another vault"
  severity = "medium"
  resource = ["aws_backup_plan"]
  criteria = {
    "A1.2" = "Backups survive the loss of a region or an account."
    "A1.3" = "Recovery elsewhere has something to recover from."
  }
  applies = setting.single_region_accepted != true
  require = anytrue([for rule in self.rule : anytrue([for copy in rule.copy_action : copy.destination_vault_arn != null])])
  message = "${self.address} keeps all copies in one place"
}
