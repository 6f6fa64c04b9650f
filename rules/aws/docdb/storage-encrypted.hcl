# Documents often hold whole customer records. A cluster that is restored, or joins a global one declared elsewhere,
# takes after its source where the code says nothing. Elastic clusters are always encrypted.
rule {
  title    = "DocumentDB cluster is encrypted at rest"
  severity = "high"
  resource = ["aws_docdb_cluster"]
  aliases = [
    "CKV_AWS_74",
    "AVD-AWS-0021",
    "aws-documentdb-enable-storage-encryption",
    "documentdb_cluster_storage_encrypted",
  ]
  criteria = {
    "CC6.1" = "Documents and their backups can be read only through their key."
    "C1.1"  = "Confidential documents are encrypted at rest."
  }
  locals {
    global = referred("global_cluster_identifier")[0]
    elsewhere = (
      self.snapshot_identifier != null
      || length(self.restore_to_point_in_time) > 0
      || (self.global_cluster_identifier != null && local.global == null)
    )
  }
  applies = !(self.storage_encrypted == null && self.kms_key_id == null && local.elsewhere == true)
  require = self.storage_encrypted == true || (
    self.storage_encrypted == null
    && (self.kms_key_id != null || local.global.storage_encrypted == true)
  )
  message = "${self.address} is not encrypted at rest"
  fix {
    title         = "Encrypt ${self.address}"
    applicability = "review"
    effect        = "destroys-data"
    caution       = "Terraform replaces the cluster by an empty one. Take a snapshot first, restore it with storage_encrypted, and plan the downtime."
  }
}
