# EFS keeps no older versions of a file, so only a backup brings one back. A replica is a copy already and not asked.
rule {
  title    = "EFS file system has automatic backups"
  severity = "medium"
  resource = ["aws_efs_file_system"]
  aliases  = ["efs_have_backup_enabled", "efs_file_system_in_backup_plan"]
  criteria = {
    "A1.2"  = "Files have a copy to come back from."
    "CC7.4" = "Recovery from an incident has something to recover from."
  }
  locals {
    policy = referrers("aws_efs_backup_policy", "file_system_id")[0]
    # Selections by tags may mean it, and those by patterns.
    selections = [for selection in resources("aws_backup_selection") : (
      length(selection.selection_tag) + length(selection.condition) > 0 || contains(selection.resources, "*")
      || contains(selection.resources, "arn:aws:elasticfilesystem:*:*:file-system/*")
    )]
  }
  applies = length(referrers("aws_efs_replication_configuration", "destination.file_system_id")) == 0
  require = (
    local.policy.backup_policy[0].status == "ENABLED"
    || length(referrers("aws_backup_selection", "resources")) > 0
    || anytrue(local.selections)
  )
  message = "${self.address} is not backed up"
  fix {
    title         = "Back up ${self.address} every day"
    applicability = "review"
    caution       = "Storage for the backups is paid for. They are kept for 35 days in the default vault."
  }
}
