# A plan that selects nothing backs up nothing. It is asked of configurations that hold the baseline of an account together
# with stores of data or a plan. What is to be backed up is a person's decision, so there is no fix.
rule {
  title    = "A backup plan with a selection exists"
  severity = "high"
  scope    = "estate"
  aliases  = ["backup_plans_exist"]
  criteria = {
    "A1.2"  = "Stored data has a copy to come back from."
    "PI1.5" = "Stored records outlive a mistake."
    "CC7.4" = "Recovery from an incident has something to recover from."
  }
  locals {
    plans = resources("aws_backup_plan")
    stores = concat(
      resources("aws_db_instance"),
      resources("aws_rds_cluster"),
      resources("aws_dynamodb_table"),
      resources("aws_ebs_volume"),
      resources("aws_efs_file_system"),
      resources("aws_fsx_windows_file_system"),
      resources("aws_fsx_lustre_file_system"),
      resources("aws_fsx_ontap_file_system"),
      resources("aws_fsx_openzfs_file_system"),
      resources("aws_s3_bucket"),
    )
    selections = [for selection in resources("aws_backup_selection") : (
      length(selection.resources) + length(selection.selection_tag) + length(selection.condition) > 0
    )]
  }
  applies = account_baseline() && length(local.plans) + length(local.stores) > 0
  require = length(local.plans) > 0 && anytrue(local.selections)
  message = "no backup plan selects anything"
}
