# Disks hold customer data long after the instance that wrote it is gone. The account's default covers volumes that say
# nothing about encryption themselves.
rule {
  title    = "EBS volume is encrypted"
  severity = "high"
  resource = ["aws_ebs_volume"]
  aliases = [
    "CKV_AWS_3",
    "CKV2_AWS_2",
    "AVD-AWS-0026",
    "aws-ebs-enable-volume-encryption",
    "aws-ec2-enable-volume-encryption",
    "ec2_ebs_volume_encryption",
    "ebs_attached_volume_encryption_enabled",
  ]
  criteria = {
    "CC6.1" = "Data on the disk can be read only through its key."
    "C1.1"  = "Confidential data on block storage is encrypted at rest."
    "PI1.5" = "Stored data is protected from being read or replaced outside the system."
  }
  locals {
    default_on = anytrue([for default in resources("aws_ebs_encryption_by_default") : default.enabled != false])
  }
  require = (
    self.encrypted == true
    || (self.encrypted == null && (self.kms_key_id != null || local.default_on == true))
  )
  message = "${self.address} is not encrypted"
  fix {
    title         = "Encrypt ${self.address}"
    applicability = "review"
    effect        = "destroys-data"
    caution       = "Terraform replaces the volume by an empty one. Copy the data through an encrypted snapshot first and name it in snapshot_id."
  }
}
