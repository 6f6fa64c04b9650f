# Who answers for a system, and for which environment it is, is told by tags. One finding tells of all resources that lack
# them. Modules without a provider get their tags from their callers and are not asked. The values are a person's
# knowledge, so there is no fix.
rule {
  title    = "Resources name their owner and environment"
  severity = "low"
  scope    = "estate"
  criteria = {
    "CC1.3" = "Somebody answers for each system."
    "CC2.1" = "Who has to be told about a system can be read from it."
    "CC8.1" = "Environments can be told apart when changes are made."
  }
  locals {
    owner       = "(?i)^(([a-z]+[-_:/])*(owner|owners|team|contact|cost[-_ ]?cent(er|re)|service|owned[-_]?by|squad|business[-_]?unit))$"
    environment = "(?i)^(([a-z]+[-_:/])*(env|environment|environment[-_]?name|stage))$"
    defaults    = [for block in provider_blocks("aws") : block.default_tags[0].tags if block.default_tags[0].tags != null]
    names       = flatten([for tags in local.defaults : keys(tags)])
    resources = concat(
      resources("aws_s3_bucket"),
      resources("aws_db_instance"),
      resources("aws_rds_cluster"),
      resources("aws_dynamodb_table"),
      resources("aws_efs_file_system"),
      resources("aws_instance"),
      resources("aws_lambda_function"),
      resources("aws_ecs_service"),
      resources("aws_eks_cluster"),
      resources("aws_lb"),
      resources("aws_vpc"),
    )
    judged = [for resource in local.resources : {
      address = resource.address
      named = (
        anytrue([for name in concat(local.names, [for name, value in resource.tags : name]) : length(regexall(local.owner, name)) > 0])
        && anytrue([for name in concat(local.names, [for name, value in resource.tags : name]) : length(regexall(local.environment, name)) > 0])
      )
    }]
    lacking = [for resource in local.judged : resource.address if resource.named == false]
  }
  applies = length(local.resources) > 0 && length(provider_blocks("aws")) > 0
  require = alltrue([for resource in local.judged : resource.named == true])
  message = "these resources do not name their owner and environment by tags, such as Owner and Environment: ${join(", ", local.lacking)}"
}
