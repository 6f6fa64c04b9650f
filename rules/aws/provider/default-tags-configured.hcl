# Tags that the provider sets are on everything, not on what somebody thought of. A tree whose resources carry them
# themselves is left to multi/tags-owner, and one that makes nothing that takes tags is not asked. The values are a person's
# knowledge: the setting owner_tags has them.
rule {
  title    = "The AWS provider sets default tags"
  severity = "low"
  scope    = "estate"
  criteria = {
    "CC1.3" = "Everything that is created names who answers for it."
    "C1.1"  = "Tags by which data is told apart are on everything."
  }
  locals {
    key    = "(?i)^(([a-z]+[-_:/ ])*(owner|owners|team|contact|cost[-_ ]?cent(er|re)|service|env|environment|environment[-_]?name|stage|owned[-_]?by|squad|business[-_]?unit|product|project|application|system|deployment))$"
    blocks = provider_blocks("aws")
    # The one that is asked where a resource names none. What has default tags already is a person's to complete.
    plain = one([for block in local.blocks : block if block.alias == null && block.default_tags[0].tags == null])
    tags  = [for name, value in setting.owner_tags : { name = name, value = value }]
    set = [for block in local.blocks : anytrue([
      for name, value in block.default_tags[0].tags : length(regexall(local.key, name)) > 0
    ])]
    tagged = concat(
      resources("aws_vpc"),
      resources("aws_subnet"),
      resources("aws_security_group"),
      resources("aws_instance"),
      resources("aws_launch_template"),
      resources("aws_ebs_volume"),
      resources("aws_s3_bucket"),
      resources("aws_lambda_function"),
      resources("aws_ecs_cluster"),
      resources("aws_ecs_service"),
      resources("aws_eks_cluster"),
      resources("aws_lb"),
      resources("aws_db_instance"),
      resources("aws_rds_cluster"),
      resources("aws_dynamodb_table"),
      resources("aws_elasticache_replication_group"),
      resources("aws_efs_file_system"),
      resources("aws_sqs_queue"),
      resources("aws_sns_topic"),
      resources("aws_kms_key"),
      resources("aws_secretsmanager_secret"),
      resources("aws_cloudwatch_log_group"),
      resources("aws_iam_role"),
      resources("aws_ecr_repository"),
      resources("aws_cloudfront_distribution"),
      resources("aws_wafv2_web_acl"),
      resources("aws_redshift_cluster"),
      resources("aws_opensearch_domain"),
    )
    own = anytrue([for resource in local.tagged : anytrue([
      for name, value in resource.tags : length(regexall(local.key, name)) > 0
    ])])
  }
  applies = length(local.blocks) > 0 && length(local.tagged) > 0 && local.own == false
  require = anytrue(local.set)
  message = "no AWS provider block sets default_tags with an owner or an environment, and no resource carries such tags itself"
  fix {
    title         = "Tag everything with its owner"
    on            = local.plain
    applicability = "review"
    caution       = "Every resource of this provider that takes tags is updated, and the tags of the setting are the same for all of them."
  }
}
