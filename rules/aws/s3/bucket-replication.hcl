# A second copy in another region or account is what recovery from a disaster rests on. Targets of logs, replicas, buckets of
# websites and CloudFront, and buckets of Terraform's state or build artifacts are not asked. Asked is a tree that copies
# some of its data already: there a bucket without a copy is a gap. Region and cost are a person's decision, so there is no fix.
rule {
  title    = "S3 bucket is replicated"
  severity = "medium"
  resource = ["aws_s3_bucket"]
  aliases  = ["CKV_AWS_144", "s3_bucket_cross_region_replication", "s3_bucket_cross_region_replication_enabled"]
  criteria = {
    "A1.2"  = "The objects exist a second time, so the loss of one place can be survived."
    "CC7.4" = "Objects destroyed in an incident can be taken from their copy."
  }
  locals {
    receives = concat(
      referrers("aws_s3_bucket_logging", "target_bucket"),
      referrers("aws_s3_bucket", "logging.target_bucket"),
      referrers("aws_lb", "access_logs.bucket"),
      referrers("aws_alb", "access_logs.bucket"),
      referrers("aws_elb", "access_logs.bucket"),
      referrers("aws_cloudfront_distribution", "logging_config.bucket"),
      referrers("aws_s3_bucket_website_configuration", "bucket"),
      referrers("aws_cloudfront_distribution", "origin.domain_name"),
      referrers("aws_codepipeline", "artifact_store.location"),
      referrers("aws_codebuild_project", "artifacts.location"),
    )
    replicas = concat(
      referrers("aws_s3_bucket_replication_configuration", "rule.destination.bucket"),
      referrers("aws_s3_bucket", "replication_configuration.rules.destination.bucket"),
    )
    replications = referrers("aws_s3_bucket_replication_configuration", "bucket")
    rules = concat(
      flatten([for each in local.replications : [for rule in each.rule : rule.status]]),
      flatten([for each in self.replication_configuration : [for rule in each.rules : rule.status]]),
    )
    copying = anytrue([for plan in resources("aws_backup_plan") : anytrue([for rule in plan.rule : length(rule.copy_action) > 0])])
    selected = local.copying == true ? referrers("aws_backup_selection", "resources") : []
    practice = concat(
      resources("aws_s3_bucket_replication_configuration"),
      resources("aws_rds_global_cluster"),
      resources("aws_db_instance_automated_backups_replication"),
    )
    practised = length(local.practice) > 0 || local.copying == true || length(self.replication_configuration) > 0
    state     = length(regexall("(?i)tf-?state|terraform[-_.]?state|artifact|log", self.bucket == null ? "" : self.bucket)) > 0
  }
  applies = (
    setting.single_region_accepted != true
    && local.practised == true
    && local.state == false
    && length(local.receives) == 0
    && length(local.replicas) == 0
    && length(self.website) == 0
  )
  require = contains(local.rules, "Enabled") || length(local.selected) > 0
  message = "${self.address} exists in one place only: an enabled replication rule should copy its objects to a bucket in another region or account"
}
