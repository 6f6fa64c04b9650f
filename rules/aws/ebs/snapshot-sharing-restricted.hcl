# A shared snapshot is a full copy of the disk in someone else's hands. It is asked where the setting `accounts` lists the
# accounts of the organisation. Whether the other account is an agreed partner only a person knows, so there is no fix.
rule {
  title    = "EBS snapshots are shared with own accounts only"
  severity = "high"
  resource = ["aws_snapshot_create_volume_permission"]
  aliases  = ["ec2_ebs_public_snapshot", "ebs_snapshot_not_publicly_restorable"]
  criteria = {
    "CC6.1" = "Copies of disks stay with accounts of the organisation."
    "CC6.6" = "Data does not leave the organisation with a snapshot."
    "P6.1"  = "Personal data is disclosed to agreed parties only."
  }
  applies = setting.accounts != null
  require = length(referred("account_id")) > 0 || contains(setting.accounts, self.account_id)
  message = "${self.address} shares a snapshot with an account that is not listed"
}
