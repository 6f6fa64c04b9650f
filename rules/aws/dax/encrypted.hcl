# The cache holds the same items as its table, and is encrypted only if the code says so.
rule {
  title    = "DAX cluster is encrypted at rest"
  severity = "high"
  resource = ["aws_dax_cluster"]
  aliases = [
    "CKV_AWS_47",
    "AVD-AWS-0023",
    "aws-dynamodb-enable-at-rest-encryption",
    "dynamodb_accelerator_cluster_encryption_enabled",
  ]
  criteria = {
    "CC6.1" = "Cached items can be read only through their key."
    "C1.1"  = "Confidential items in the cache are encrypted at rest."
  }
  require = self.server_side_encryption[0].enabled == true
  message = "${self.address} is not encrypted at rest"
  fix {
    title         = "Encrypt ${self.address}"
    applicability = "review"
    effect        = "replace"
    caution       = "Terraform replaces the cluster. Until the new one is filled, reads go to the table."
  }
}
