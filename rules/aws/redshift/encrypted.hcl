# The warehouse concentrates the data of all customers. Where the code says nothing, the version of the provider decides
# (off before 6.0, on since), so only what is written is judged; a plan tells more.
rule {
  title    = "Redshift cluster is encrypted at rest"
  severity = "high"
  resource = ["aws_redshift_cluster"]
  aliases = [
    "CKV_AWS_64",
    "AVD-AWS-0084",
    "aws-redshift-encryption-customer-key",
    "redshift_cluster_encrypted_at_rest",
    "redshift_cluster_encryption_logging_enabled",
  ]
  criteria = {
    "CC6.1" = "The data and snapshots of the warehouse can be read only through their key."
    "C1.1"  = "Confidential records are encrypted at rest."
  }
  applies = self.encrypted != null || self.kms_key_id != null
  require = self.encrypted == true || (self.encrypted == null && self.kms_key_id != null)
  message = "${self.address} is not encrypted at rest"
  fix {
    title         = "Encrypt ${self.address}"
    applicability = "review"
    caution       = "Redshift moves the data in the background; for a part of that time the cluster can only be read."
  }
}
