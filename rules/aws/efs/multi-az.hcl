# A file system in one zone, or one that is mounted through one zone, is lost with it. AWS allows one mount target in each
# zone, so two of them are in two zones. It is asked where the mount targets are in the tree; one that may belong to another
# file system counts. The subnets are a person's decision, so there is no fix.
rule {
  title    = "EFS file system is reached from several zones"
  severity = "medium"
  resource = ["aws_efs_file_system"]
  aliases  = ["efs_multi_az_enabled"]
  criteria = {
    "A1.2" = "Files stay in reach when a zone fails."
  }
  locals {
    targets = referrers("aws_efs_mount_target", "file_system_id")
  }
  applies = self.availability_zone_name != null || length(local.targets) > 0
  require = self.availability_zone_name == null && length(local.targets) >= 2
  message = "${self.address} depends on a single zone"
}
