# The graph, its backups and its snapshots hold the customer's data at rest. A replica follows its source. Where the code
# says nothing, a restore follows its snapshot and a member its global cluster: if that is declared elsewhere, the cluster
# is not asked.
rule {
  title    = "Neptune cluster is encrypted at rest"
  severity = "high"
  resource = ["aws_neptune_cluster"]
  aliases = [
    "CKV_AWS_44",
    "AVD-AWS-0076",
    "aws-neptune-enable-storage-encryption",
    "neptune_cluster_storage_encrypted",
  ]
  criteria = {
    "CC6.1" = "Database files and backups can be read only through their key."
    "C1.1"  = "Confidential records are encrypted at rest."
  }
  locals {
    global = referred("global_cluster_identifier")[0]
    elsewhere = (
      self.snapshot_identifier != null
      || self.replication_source_identifier != null
      || (self.global_cluster_identifier != null && local.global == null)
    )
  }
  applies = !(self.storage_encrypted == null && self.kms_key_arn == null && local.elsewhere == true)
  require = self.storage_encrypted == true || (
    self.storage_encrypted == null
    && (self.kms_key_arn != null || local.global.storage_encrypted == true)
  )
  message = "${self.address} is not encrypted at rest"
  fix {
    title         = "Encrypt ${self.address}"
    applicability = "review"
    effect        = "destroys-data"
    caution       = "Terraform replaces the cluster by an empty one. Restore a snapshot with a key through snapshot_identifier, and plan the downtime."
  }
}
