# Files that jobs leave between their steps are customer data, on S3 and on the disks of the cluster. A key is a
# person's choice, so there is no fix.
rule {
  title    = "EMR encrypts S3, local and EBS data"
  severity = "high"
  resource = ["aws_emr_security_configuration"]
  aliases = [
    "CKV_AWS_171",
    "CKV_AWS_349",
    "CKV_AWS_350",
    "AVD-AWS-0137",
    "AVD-AWS-0139",
    "aws-emr-enable-at-rest-encryption",
    "aws-emr-enable-local-disk-encryption",
  ]
  criteria = {
    "CC6.1" = "Data of jobs can be read only through its key."
    "C1.1"  = "Confidential files of jobs are encrypted at rest."
  }
  locals {
    encryption = jsondecode(self.configuration).EncryptionConfiguration
    at_rest    = local.encryption.AtRestEncryptionConfiguration
  }
  require = (
    local.encryption.EnableAtRestEncryption == true
    && contains(["SSE-KMS", "SSE-S3", "CSE-KMS", "CSE-Custom"], local.at_rest.S3EncryptionConfiguration.EncryptionMode)
    && local.at_rest.LocalDiskEncryptionConfiguration != null
    && local.at_rest.LocalDiskEncryptionConfiguration.EnableEbsEncryption == true
  )
  message = "${self.address} leaves data on S3, local disks or EBS unencrypted"
}
