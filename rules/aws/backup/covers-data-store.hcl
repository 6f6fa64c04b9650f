# Every store of data needs a way back; reported are those without any: no plan of AWS Backup that selects them, no snapshot
# policy, no backups of their own. How long those are kept is asked by the rules of the services. Asked where the tree has
# plans, or for volumes snapshot policies: elsewhere the plans may live in another tree. A replica, a scratch file system and
# a store of a test environment need none. How long to keep copies is a person's decision, so there is no fix.
rule {
  title    = "Data store is selected by a backup plan"
  severity = "medium"
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
    # The type of the store, with the service that its ARN names.
    services = {
      aws_db_instance             = "rds"
      aws_rds_cluster             = "rds"
      aws_docdb_cluster           = "rds"
      aws_neptune_cluster         = "rds"
      aws_dynamodb_table          = "dynamodb"
      aws_ebs_volume              = "ec2"
      aws_efs_file_system         = "elasticfilesystem"
      aws_fsx_lustre_file_system  = "fsx"
      aws_fsx_windows_file_system = "fsx"
      aws_fsx_ontap_file_system   = "fsx"
      aws_fsx_openzfs_file_system = "fsx"
    }
    kind    = [for kind, service in local.services : kind if length(regexall("(^|[.])${kind}[.]", self.address)) > 0][0]
    pattern = "^[*]$|^arn:[^:]*:([*]|${local.services[local.kind]}):.*[*]"

    selections = resources("aws_backup_selection")
    policies = [
      for policy in resources("aws_dlm_lifecycle_policy") : policy
      if policy.state != "DISABLED" && local.kind == "aws_ebs_volume"
    ]
    defaults = [for block in provider_blocks("aws") : block.default_tags[0].tags if block.default_tags[0].tags != null]
    tags     = concat([for tags in [self.tags] : tags if tags != null], local.defaults)
    ephemeral = anytrue(flatten([for tags in local.tags : [for key, value in tags : (
      contains(["env", "environment"], lower(key))
      && contains(["dev", "development", "test", "sandbox", "preview", "ci"], lower(value))
    )]]))

    # A plan takes a volume along with its instance.
    machines = length(referrers("aws_volume_attachment", "volume_id")) == 0 ? [] : concat(
      [for machine in resources("aws_instance") : machine.tags if machine.tags != null],
      local.defaults,
    )
    along = anytrue(concat(
      flatten([for selection in local.selections : [for wanted in selection.selection_tag : anytrue([
        for tags in local.machines : tags[wanted.key] == wanted.value
      ])]]),
      [for selection in local.selections : anytrue([for resource in selection.resources : length(regexall("instance", resource)) > 0]) if length(local.machines) > 0],
      flatten([for policy in local.policies : [for details in policy.policy_details : [
        for key, value in details.target_tags : anytrue([for tags in local.machines : tags[key] == value])
      ]]]),
    ))

    # Conditions of a selection narrow its resources, each of them has to hold; tags of a selection add to them.
    wide = anytrue([for selection in local.selections : (
      (
        anytrue([for resource in selection.resources : length(regexall(local.pattern, resource)) > 0])
        || (length(selection.resources) == 0 && length(selection.condition) > 0)
      )
      && alltrue([for condition in selection.condition : (
        alltrue([for wanted in condition.string_equals : anytrue([
          for tags in local.tags : tags[trimprefix(wanted.key, "aws:ResourceTag/")] == wanted.value
        ])])
        && alltrue([for wanted in condition.string_like : anytrue([
          for tags in local.tags : tags[trimprefix(wanted.key, "aws:ResourceTag/")] != null
        ])])
        && alltrue([for unwanted in condition.string_not_equals : !anytrue([
          for tags in local.tags : tags[trimprefix(unwanted.key, "aws:ResourceTag/")] == unwanted.value
        ])])
      )])
    )]) && length(referrers("aws_backup_selection", "not_resources")) == 0
    chosen = anytrue(concat(
      flatten([for selection in local.selections : [for wanted in selection.selection_tag : anytrue([
        for tags in local.tags : tags[wanted.key] == wanted.value
      ])]]),
      flatten([for policy in local.policies : [for details in policy.policy_details : [
        for key, value in details.target_tags : anytrue([for tags in local.tags : tags[key] == value])
      ]]]),
    ))
    # Clusters keep a day, and file systems for Windows a week, where nothing is said.
    kept = (
      self.backup_retention_period > 0
      || (self.backup_retention_period == null && contains(["aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"], local.kind))
      || self.automatic_backup_retention_days > 0
      || (self.automatic_backup_retention_days == null && local.kind == "aws_fsx_windows_file_system")
      || anytrue([for recovery in self.point_in_time_recovery : recovery.enabled == true])
      || anytrue([for policy in referrers("aws_efs_backup_policy", "file_system_id") : policy.backup_policy[0].status == "ENABLED"])
    )
  }
  applies = (
    length(local.selections) + length(local.policies) > 0
    && self.replicate_source_db == null
    && self.replication_source_identifier == null
    && local.ephemeral != true
    && local.along != true
    && !(local.kind == "aws_fsx_lustre_file_system" && (self.deployment_type == null || startswith(self.deployment_type, "SCRATCH")))
  )
  require = local.kept == true || local.wide == true || local.chosen == true || length(referrers("aws_backup_selection", "resources")) > 0
  message = "${self.address} is selected by no backup plan and keeps no backups of its own"
}
