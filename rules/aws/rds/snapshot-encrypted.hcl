# A snapshot is encrypted like what it was taken of; a copy may be given a key of its own. So the source is judged,
# where it is in the tree.
rule {
  title    = "Database snapshots and copies are encrypted"
  severity = "high"
  resource = [
    "aws_db_snapshot",
    "aws_db_cluster_snapshot",
    "aws_db_snapshot_copy",
    "aws_rds_cluster_snapshot_copy",
    "aws_neptune_cluster_snapshot",
    "aws_docdb_cluster_snapshot",
  ]
  aliases = [
    "CKV_AWS_146",
    "CKV_AWS_266",
    "CKV_AWS_279",
    "CKV_AWS_280",
    "rds_snapshots_encrypted",
    "neptune_cluster_snapshot_encrypted",
    "rds_db_snapshot_encrypted_at_rest",
  ]
  criteria = {
    "CC7.5" = "What is restored from is protected like the original."
    "CC6.1" = "Snapshots can be read only through their key."
    "C1.1"  = "Confidential data in snapshots is encrypted at rest."
  }
  locals {
    sources = concat(
      referred("db_instance_identifier"),
      referred("db_cluster_identifier"),
      referred("source_db_snapshot_identifier"),
      referred("source_db_cluster_snapshot_identifier"),
    )
    databases = [for source in local.sources : source if source.engine != null || source.cluster_identifier != null]
  }
  applies = length(local.databases) > 0
  require = self.kms_key_id != null || alltrue([for source in local.databases : source.storage_encrypted == true])
  message = "${self.address} is taken of a database that is not encrypted"
}
