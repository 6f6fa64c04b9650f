# Without a backup there is no point to recover to. Read replicas take none: their primary does.
rule {
  title    = "Cloud SQL takes automated backups"
  severity = "high"
  resource = ["google_sql_database_instance"]
  aliases = [
    "CKV_GCP_14",
    "AVD-GCP-0024",
    "google-sql-enable-backup",
    "cloudsql_instance_automated_backups",
  ]
  criteria = {
    "A1.2"  = "Backups are taken without a person."
    "CC7.5" = "There is a point to recover to after an incident."
    "CC7.4" = "Damaged data can be restored during the response."
    "PI1.5" = "Stored data survives a loss of the instance."
  }
  applies = (
    self.master_instance_name == null
    && !(self.instance_type == "READ_REPLICA_INSTANCE" || self.instance_type == "READ_POOL_INSTANCE")
  )
  require = (
    self.settings[0].backup_configuration[0].enabled == true
    || length(referrers("google_backup_dr_backup_plan_association", "resource")) > 0
  )
  message = "${self.address} takes no automated backups"
  fix {
    title         = "Back up ${self.address} every day"
    applicability = "review"
    caution       = "The backups are billed by their size."
  }
}
