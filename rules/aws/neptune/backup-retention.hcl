# A fault is often noticed days later: backups must reach back that far. Without the attribute it is one day.
rule {
  title    = "Neptune backups are kept at least 7 days"
  severity = "high"
  resource = ["aws_neptune_cluster"]
  aliases  = ["CKV_AWS_361", "neptune_cluster_backup_enabled"]
  criteria = {
    "A1.2" = "The graph can be restored to any moment of the past week."
  }
  require = self.backup_retention_period >= 7
  message = "${self.address} keeps its backups less than 7 days"
  fix {
    title         = "Keep the backups of ${self.address} for 7 days"
    applicability = "review"
    caution       = "Backups beyond the size of the cluster are billed."
  }
}
