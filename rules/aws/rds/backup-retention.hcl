# A fault is often noticed days later: backups must reach back that far. Without the attribute an instance keeps none,
# and a cluster one day.
rule {
  title    = "RDS automated backups are kept at least 7 days"
  severity = "high"
  resource = ["aws_db_instance", "aws_rds_cluster"]
  aliases = [
    "CKV_AWS_133",
    "AVD-AWS-0077",
    "aws-rds-specify-backup-retention",
    "rds_instance_backup_enabled",
    "rds_db_instance_backup_enabled",
  ]
  criteria = {
    "A1.2"  = "The database can be restored to any moment of the past week."
    "CC7.4" = "Data damaged in an incident can be recovered from before it."
  }
  locals {
    # Plans that keep continuous backups for a week; they count where a selection names the database.
    plans = [for plan in resources("aws_backup_plan") : anytrue([for rule in plan.rule : (
      rule.enable_continuous_backup == true && rule.lifecycle[0].delete_after >= 7
    )])]
  }
  applies = self.replicate_source_db == null && self.replication_source_identifier == null
  require = self.backup_retention_period >= 7 || (
    anytrue(local.plans) == true && length(referrers("aws_backup_selection", "resources")) > 0
  )
  message = "${self.address} keeps its backups less than 7 days"
  fix {
    title         = "Keep the backups of ${self.address} for 7 days"
    applicability = "review"
    caution       = "Backups beyond the size of the database are billed. Where backups were off, the first one pauses a single-zone instance briefly."
  }
}
