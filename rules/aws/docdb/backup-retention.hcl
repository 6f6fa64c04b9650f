# Damage is often found after days. Without a setting DocumentDB keeps one day of backups.
rule {
  title    = "DocumentDB keeps backups at least seven days"
  severity = "high"
  resource = ["aws_docdb_cluster", "aws_docdbelastic_cluster"]
  aliases  = ["CKV_AWS_360", "documentdb_cluster_backup_enabled"]
  criteria = {
    "A1.2" = "Documents can be restored from any time of the last week."
  }
  require = self.backup_retention_period >= 7
  message = "${self.address} keeps backups for less than seven days"
  fix {
    title         = "Keep the backups of ${self.address} for seven days"
    applicability = "review"
    caution       = "Backups beyond the size of the cluster are billed."
  }
}
