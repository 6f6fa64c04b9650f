# The loss of a region must not be the loss of the data. Asked where the account's baseline is kept beside stores of data;
# one way in which some data leaves is enough, because only a person knows which must. Where one region was accepted, the
# setting `single_region_accepted` says so. Each way costs money, so there is no fix.
rule {
  title    = "Some data leaves the primary region for recovery"
  severity = "high"
  scope    = "estate"
  criteria = {
    "A1.2"  = "A copy of data survives the loss of a region."
    "A1.3"  = "Recovery in another place has something to start from."
    "CC9.1" = "The risk of a disaster in one region is met."
  }
  locals {
    stores = concat(
      resources("aws_s3_bucket"),
      resources("aws_db_instance"),
      resources("aws_rds_cluster"),
      resources("aws_dynamodb_table"),
      resources("aws_efs_file_system"),
    )
    ways = concat(
      [for each in resources("aws_s3_bucket_replication_configuration") : anytrue([for rule in each.rule : rule.status == "Enabled"])],
      [for bucket in resources("aws_s3_bucket") : length(bucket.replication_configuration) > 0],
      [for plan in resources("aws_backup_plan") : anytrue([for rule in plan.rule : length(rule.copy_action) > 0])],
      [for cluster in resources("aws_rds_global_cluster") : cluster.global_cluster_identifier != null],
      [for table in resources("aws_dynamodb_table") : length(table.replica) > 0],
      [for table in resources("aws_dynamodb_global_table") : length(table.replica) > 0],
      [for each in resources("aws_dynamodb_table_replica") : each.global_table_arn != null],
      [for each in resources("aws_efs_replication_configuration") : length(each.destination) > 0],
      [for each in resources("aws_elasticache_global_replication_group") : each.primary_replication_group_id != null],
      [for each in resources("aws_db_instance_automated_backups_replication") : each.source_db_instance_arn != null],
      [for each in resources("aws_docdb_global_cluster") : each.global_cluster_identifier != null],
      [for each in resources("aws_neptune_global_cluster") : each.global_cluster_identifier != null],
    )
  }
  applies = account_baseline() == true && length(local.stores) > 0 && setting.single_region_accepted != true
  require = anytrue(local.ways)
  message = "the tree keeps data and copies none of it elsewhere: no replication, no backup copy, no global database"
}
