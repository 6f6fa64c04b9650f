# A deleted or encrypted share comes back only from a backup that is still there. Windows file systems keep seven days
# unless told otherwise, the others none. Scratch file systems are temporary.
rule {
  title    = "FSx file systems keep backups at least 7 days"
  severity = "medium"
  resource = [
    "aws_fsx_windows_file_system",
    "aws_fsx_ontap_file_system",
    "aws_fsx_openzfs_file_system",
    "aws_fsx_lustre_file_system",
  ]
  criteria = {
    "A1.2"  = "Files can be restored from the last days."
    "CC7.4" = "What an attack destroyed can be brought back."
  }
  locals {
    windows = length(regexall("(^|\\.)aws_fsx_windows_file_system\\.", self.address)) > 0
    lustre  = length(regexall("(^|\\.)aws_fsx_lustre_file_system\\.", self.address)) > 0
    # Selections by tag or of everything may cover it as well.
    broad = [for selection in resources("aws_backup_selection") : (
      length(selection.selection_tag) > 0 || length(selection.condition) > 0 || contains(selection.resources, "*")
    )]
  }
  applies = local.lustre == false || (
    self.deployment_type != null && startswith(self.deployment_type, "PERSISTENT") && self.import_path == null
  )
  require = (
    self.automatic_backup_retention_days >= 7
    || (self.automatic_backup_retention_days == null && local.windows == true)
    || length(referrers("aws_backup_selection", "resources")) > 0
    || anytrue(local.broad)
  )
  message = "${self.address} keeps backups for less than seven days"
  fix {
    title         = "Keep backups of ${self.address} for 30 days"
    applicability = "review"
    caution       = "Backups cost by their size."
  }
}
