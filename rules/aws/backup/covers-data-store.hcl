# Every store of data needs a way back; reported are those without any: no plan of AWS Backup that selects them, no snapshot
# policy, no backups of their own for a week. Asked where the tree has plans or policies at all: elsewhere the plans may
# live in another tree, and the service's own rules ask for backups. A replica and a store of a test environment need none.
# Plans that select by tag or by everything cover what they select. How long to keep copies is a person's decision.
rule {
  title    = "Data store is selected by a backup plan"
  severity = "high"
  resource = [
    "aws_db_instance",
    "aws_rds_cluster",
    "aws_dynamodb_table",
    "aws_ebs_volume",
    "aws_efs_file_system",
    "aws_fsx_lustre_file_system",
    "aws_fsx_windows_file_system",
    "aws_fsx_ontap_file_system",
    "aws_fsx_openzfs_file_system",
    "aws_docdb_cluster",
    "aws_neptune_cluster",
  ]
  aliases = [
    "CKV2_AWS_8",
    "CKV2_AWS_9",
    "CKV2_AWS_18",
    "ec2_ebs_volume_protected_by_backup_plan",
    "dynamodb_table_protected_by_backup_plan",
    "rds_instance_protected_by_backup_plan",
    "rds_cluster_protected_by_backup_plan",
    "dynamodb_table_in_backup_plan",
    "ebs_volume_in_backup_plan",
    "efs_file_system_in_backup_plan",
    "rds_db_instance_in_backup_plan",
    "fsx_file_system_protected_by_backup_plan",
    "ebs_volume_protected_by_backup_plan",
    "efs_file_system_protected_by_backup_plan",
    "rds_db_cluster_aurora_protected_by_backup_plan",
    "rds_db_instance_protected_by_backup_plan",
  ]
  criteria = {
    "A1.2"  = "The store can be brought back from a copy."
    "CC7.4" = "Data destroyed in an incident can be recovered."
  }
  locals {
    selections = resources("aws_backup_selection")
    policies   = [for policy in resources("aws_dlm_lifecycle_policy") : policy if policy.state != "DISABLED"]
    defaults   = [for block in provider_blocks("aws") : block.default_tags[0].tags if block.default_tags[0].tags != null]
    tags       = concat([for tags in [self.tags] : tags if tags != null], local.defaults)
    ephemeral = anytrue(flatten([for tags in local.tags : [for key, value in tags : (
      contains(["env", "environment"], lower(key))
      && contains(["dev", "development", "test", "sandbox", "preview", "ci"], lower(value))
    )]]))
    # Everything, or everything of a service: this rule does not tell the services apart by their patterns.
    wide = anytrue(flatten([for selection in local.selections : [for resource in selection.resources : strcontains(resource, "*")]]))
    # A selection by tag is met by any key of the store that has the wanted value.
    chosen = anytrue(concat(
      flatten([for selection in local.selections : [for wanted in selection.selection_tag : anytrue([
        for tags in local.tags : tags[wanted.key] == wanted.value
      ])]]),
      flatten([for selection in local.selections : [for condition in selection.condition : [
        for wanted in concat(condition.string_equals, condition.string_like) : anytrue([
          for tags in local.tags : tags[trimprefix(wanted.key, "aws:ResourceTag/")] != null
        ])
      ]]]),
      flatten([for policy in local.policies : [for details in policy.policy_details : [
        for key, value in details.target_tags : anytrue([for tags in local.tags : tags[key] == value])
      ]]]),
    ))
    kept = (
      self.backup_retention_period >= 7
      || self.automatic_backup_retention_days >= 7
      || anytrue([for recovery in self.point_in_time_recovery : recovery.enabled == true])
      || anytrue([for policy in referrers("aws_efs_backup_policy", "file_system_id") : policy.backup_policy[0].status == "ENABLED"])
    )
  }
  applies = (
    length(local.selections) + length(local.policies) > 0
    && self.replicate_source_db == null
    && self.replication_source_identifier == null
    && local.ephemeral != true
  )
  require = local.kept == true || local.wide == true || local.chosen == true || length(referrers("aws_backup_selection", "resources")) > 0
  message = "${self.address} is selected by no backup plan and keeps no backups of its own for a week"
}
