# The loss of a region or an account must not take the only backups along. Asked where the tree has a copy elsewhere of some
# database: there one without is a gap. A plan that copies only files is none. A replica that names its source by ARN is in another region. Region, key and
# cost are a person's decision, so there is no fix. Where one region was accepted, the setting `single_region_accepted` says so.
rule {
  title    = "Database is replicated or backed up to another region"
  severity = "medium"
  resource = ["aws_db_instance", "aws_rds_cluster"]
  criteria = {
    "A1.2" = "A copy of the database survives the loss of its region."
    "A1.3" = "Recovery in another region has something to start from."
  }
  locals {
    copying = anytrue([for plan in resources("aws_backup_plan") : anytrue([for rule in plan.rule : length(rule.copy_action) > 0])])
    practice = concat(
      resources("aws_db_instance_automated_backups_replication"),
      resources("aws_rds_global_cluster"),
    )
    selections = resources("aws_backup_selection")
    # By its ARN, by a pattern, or by a tag that it has.
    defaults = [for block in provider_blocks("aws") : block.default_tags[0].tags if block.default_tags[0].tags != null]
    tags     = concat([for tags in [self.tags] : tags if tags != null], local.defaults)
    selected = length(referrers("aws_backup_selection", "resources")) > 0 || anytrue(flatten([for selection in local.selections : concat(
      [for resource in selection.resources : length(regexall("^[*]$|^arn:[^:]*:([*]|rds):.*[*]", resource)) > 0],
      [for wanted in selection.selection_tag : anytrue([for tags in local.tags : tags[wanted.key] == wanted.value])],
    )]))
    replicas = [for replica in concat(
      referrers("aws_db_instance", "replicate_source_db"),
      referrers("aws_rds_cluster", "replication_source_identifier"),
    ) : startswith(replica.replicate_source_db == null ? replica.replication_source_identifier : replica.replicate_source_db, "arn:")]
    ephemeral = anytrue(flatten([for tags in local.tags : [for key, value in tags : (
      contains(["env", "environment"], lower(key))
      && contains(["dev", "development", "test", "sandbox", "preview", "ci"], lower(value))
    )]]))
  }
  applies = (
    setting.single_region_accepted != true
    && self.replicate_source_db == null
    && self.replication_source_identifier == null
    && (length(local.practice) > 0 || (local.copying == true && local.selected == true))
    && local.ephemeral != true
  )
  require = (
    length(referrers("aws_db_instance_automated_backups_replication", "source_db_instance_arn")) > 0
    || self.global_cluster_identifier != null
    || length(referrers("aws_rds_global_cluster", "source_db_cluster_identifier")) > 0
    || (local.copying == true && local.selected == true)
    || anytrue(local.replicas)
  )
  message = "${self.address} has no copy in another region, though other databases do; replicate its backups, or let a plan with a copy select it"
}
