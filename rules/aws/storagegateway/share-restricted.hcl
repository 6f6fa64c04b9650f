# A share shows the bucket behind it to its network: which clients may mount it, and as whom, is its only lock. The right
# clients are not known here, so there is no fix.
rule {
  title    = "Storage Gateway share is not open to everyone"
  severity = "high"
  resource = ["aws_storagegateway_nfs_file_share", "aws_storagegateway_smb_file_share"]
  criteria = {
    "CC6.1" = "The share can be used only by clients and users that are meant to."
    "CC6.6" = "The share can't be mounted from anywhere."
  }
  require = (
    is_world(self.client_list) == false
    && self.squash != "NoSquash"
    && self.authentication != "GuestAccess"
  )
  message = "${self.address} is open to everyone, to guests or to remote root users"
}
