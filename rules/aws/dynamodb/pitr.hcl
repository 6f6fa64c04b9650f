# DynamoDB has no other automatic backup: without it a wrong write is final. Tables that AWS Backup selects by name are
# backed up there. The lock table of a Terraform backend, whose only key is LockID, holds nothing to restore.
rule {
  title    = "DynamoDB table can be restored to any point in time"
  severity = "high"
  resource = ["aws_dynamodb_table", "aws_dynamodb_table_replica"]
  aliases = [
    "CKV_AWS_28",
    "CKV_AWS_165",
    "AVD-AWS-0024",
    "aws-dynamodb-enable-recovery",
    "dynamodb_tables_pitr_enabled",
    "dynamodb_table_point_in_time_recovery_enabled",
  ]
  criteria = {
    "A1.2"  = "The table can be restored to any second of the recovery period."
    "CC7.4" = "Data damaged in an incident can be recovered from before it."
  }
  # In turn: the table's block, the attribute of a replica that is a resource of its own, AWS Backup.
  applies = self.hash_key == null || self.hash_key != "LockID"
  require = (
    (
      self.point_in_time_recovery[0].enabled == true
      && alltrue([for replica in self.replica : replica.point_in_time_recovery == true]) == true
    )
    || self.point_in_time_recovery == true
    || length(referrers("aws_backup_selection", "resources")) > 0
  )
  message = "${self.address} can't be restored to a point in time"
  fix {
    title         = "Turn on point-in-time recovery for ${self.address}"
    applicability = "auto"
  }
}
