# A snapshot is a full image of a disk, and one switch keeps a region from publishing any. It is asked of configurations
# that hold the baseline of an account.
rule {
  title    = "Public sharing of EBS snapshots is blocked"
  severity = "high"
  scope    = "estate"
  aliases  = ["ec2_ebs_snapshot_account_block_public_access", "ebs_snapshot_not_publicly_restorable"]
  criteria = {
    "CC6.6" = "Images of disks can't be made public."
    "CC6.1" = "Copies of data stay within the account's control."
  }
  locals {
    blocks = resources("aws_ebs_snapshot_block_public_access")
  }
  applies = account_baseline() == true
  require = anytrue([for block in local.blocks : contains(["block-all-sharing", "block-new-sharing"], block.state)])
  message = "nothing blocks public sharing of EBS snapshots"
  fix {
    title         = "Block public sharing of EBS snapshots"
    on            = local.blocks[0]
    creates       = account_baseline()
    applicability = "review"
    caution       = "Snapshots that are public today can no longer be read by outsiders."
  }
}
