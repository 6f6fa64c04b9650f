# Database storage, backups and snapshots hold the customer's data at rest. A replica follows its source. Where
# the code says nothing, a restore follows its snapshot and a member its global cluster: if that is declared elsewhere,
# the database is not asked.
rule {
  title    = "RDS database is encrypted at rest"
  severity = "high"
  resource = ["aws_db_instance", "aws_rds_cluster"]
  aliases = [
    "CKV_AWS_16",
    "CKV_AWS_96",
    "AVD-AWS-0079",
    "AVD-AWS-0080",
    "aws-rds-encrypt-cluster-storage-data",
    "aws-rds-encrypt-instance-storage-data",
    "rds_instance_storage_encrypted",
    "rds_cluster_storage_encrypted",
    "rds_db_instance_encryption_at_rest_enabled",
  ]
  criteria = {
    "CC6.1" = "Database files and backups can be read only through their key."
    "C1.1"  = "Confidential records are encrypted at rest."
    "PI1.5" = "Stored records are protected from being read outside the system."
  }
  locals {
    global = referred("global_cluster_identifier")[0]
    elsewhere = (
      self.snapshot_identifier != null
      || length(self.restore_to_point_in_time) > 0
      || (self.global_cluster_identifier != null && local.global == null)
    )
  }
  applies = (
    self.replicate_source_db == null
    && self.replication_source_identifier == null
    && !(self.storage_encrypted == null && self.kms_key_id == null && local.elsewhere == true)
  )
  require = self.storage_encrypted == true || (
    self.storage_encrypted == null
    && (self.kms_key_id != null || self.engine_mode == "serverless" || local.global.storage_encrypted == true)
  )
  message = "${self.address} is not encrypted at rest"
  fix {
    title         = "Encrypt ${self.address}"
    applicability = "review"
    effect        = "destroys-data"
    caution       = "Terraform replaces the database by an empty one. Copy a snapshot with a key first, restore through snapshot_identifier, and plan the downtime."
  }
}
