# One switch encrypts every new volume and snapshot copy of a region, also those that services and people create. It is
# asked of configurations that set up an account: elsewhere each disk is judged by itself.
rule {
  title    = "EBS encryption by default is on"
  severity = "high"
  scope    = "estate"
  aliases  = ["CKV_AWS_106", "ec2_ebs_default_encryption", "ebs_encryption_by_default_enabled"]
  criteria = {
    "CC6.1" = "New disks of the region can be read only through their key."
    "C1.1"  = "Confidential data on block storage is encrypted at rest, whoever creates the disk."
  }
  locals {
    defaults = resources("aws_ebs_encryption_by_default")
    existing = local.defaults[0]
  }
  applies = length(local.defaults) > 0 || account_baseline() == true
  require = anytrue([for default in local.defaults : default.enabled != false]) == true
  message = "Nothing turns on EBS encryption by default"
  fix {
    title         = "Turn on EBS encryption by default"
    on            = local.existing
    applicability = "review"
    caution       = "It holds for every new disk of the region. Where another key than aws/ebs is the default, roles that start instances need the right to use it."
  }
}
