# Shared file systems hold what customers upload, and are encrypted only if the code says so.
rule {
  title    = "EFS file system is encrypted at rest"
  severity = "high"
  resource = ["aws_efs_file_system"]
  aliases = [
    "CKV_AWS_42",
    "AVD-AWS-0037",
    "aws-efs-enable-at-rest-encryption",
    "efs_encryption_at_rest_enabled",
    "efs_file_system_encrypt_data_at_rest",
  ]
  criteria = {
    "CC6.1" = "Files can be read only through their key."
    "C1.1"  = "Confidential files are encrypted at rest."
  }
  require = self.encrypted == true || (self.encrypted == null && self.kms_key_id != null)
  message = "${self.address} is not encrypted at rest"
  fix {
    title         = "Encrypt ${self.address}"
    applicability = "review"
    effect        = "destroys-data"
    caution       = "Terraform replaces the file system by an empty one. Copy the files to the new one with DataSync first."
  }
}
