# Amazon S3 encrypts every new object since January 2023. What is missing without this declaration is the evidence, and
# the guard against a change of the default key outside of Terraform: hence the low severity.
rule {
  title    = "S3 bucket declares its default encryption"
  severity = "low"
  resource = ["aws_s3_bucket"]
  aliases = [
    "CKV_AWS_19",
    "AVD-AWS-0088",
    "aws-s3-enable-bucket-encryption",
    "s3_bucket_default_encryption",
    "s3_bucket_default_encryption_enabled",
  ]
  criteria = {
    "CC6.1" = "The encryption of stored objects is declared and reviewed like any other change."
    "C1.1"  = "Confidential objects are encrypted at rest by declaration."
    "PI1.4" = "Delivered output that is kept in the bucket is encrypted at rest."
  }
  locals {
    config = referrers("aws_s3_bucket_server_side_encryption_configuration", "bucket")[0]
  }
  # In turn: the resource of its own, the inline block of provider 3 and older.
  require = (
    local.config.rule[0].apply_server_side_encryption_by_default[0].sse_algorithm != null
    || self.server_side_encryption_configuration[0].rule[0].apply_server_side_encryption_by_default[0].sse_algorithm != null
  )
  message = "${self.address} does not declare how its objects are encrypted"
  fix {
    title         = "Declare the default encryption of ${self.address}"
    applicability = "auto"
  }
}
