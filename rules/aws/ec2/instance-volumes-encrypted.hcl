# Disks that are written in clear text can be read from every snapshot of them. Encryption is off unless the block,
# the image or the account turns it on.
rule {
  title    = "EC2 instance volumes are encrypted"
  severity = "high"
  resource = ["aws_instance", "aws_launch_template", "aws_launch_configuration"]
  aliases = [
    "CKV_AWS_8",
    "AVD-AWS-0131",
    "AVD-AWS-0008",
    "aws-autoscaling-enable-at-rest-encryption",
    "aws-ec2-enable-at-rest-encryption",
    "aws-ec2-enable-launch-config-at-rest-encryption",
  ]
  criteria = {
    "CC6.1" = "Data on the disk can be read only through its key."
    "C1.1"  = "Confidential data on disks is encrypted at rest."
    "CC6.7" = "Copies of the disk are of no use without the key."
  }
  locals {
    default = anytrue([for default in resources("aws_ebs_encryption_by_default") : default.enabled != false])
    # What the machine does not say of a disk, its template may.
    template = length(self.launch_template) > 0
    image    = anytrue([for image in concat(referred("ami"), referred("image_id")) : image.source_ami_id != null && image.encrypted == true])
  }
  # Where a launch template decides, it is judged itself; disks that the machine names stand above it.
  applies = local.template == false || length(self.root_block_device) + length(self.ebs_block_device) > 0
  require = local.default == true || (
    (
      length(self.block_device_mappings) > 0
      || local.template == true
      || local.image == true
      || anytrue([for device in self.root_block_device : device.encrypted == true])
    )
    && alltrue([for device in self.root_block_device : (
      device.encrypted == true || (device.encrypted == null && (local.image == true || local.template == true))
    )])
    && alltrue([for device in self.ebs_block_device : (
      device.encrypted == true || device.no_device == true || device.snapshot_id != null
      || (device.encrypted == null && local.template == true)
    )])
    && alltrue([for mapping in self.block_device_mappings : alltrue([for ebs in mapping.ebs : (
      (ebs.encrypted != null && lower(ebs.encrypted) == "true") || ebs.snapshot_id != null
    )])])
  )
  message = "${self.address} has disks that are not encrypted"
}
