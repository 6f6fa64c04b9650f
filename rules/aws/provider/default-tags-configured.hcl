# Tags that the provider sets are on everything, not on what somebody thought of. A tree whose resources carry them
# themselves is left to multi/tags-owner. The values are a person's knowledge: the setting owner_tags has them.
rule {
  title    = "The AWS provider sets default tags"
  severity = "low"
  scope    = "estate"
  criteria = {
    "CC1.3" = "Everything that is created names who answers for it."
    "C1.1"  = "Tags by which data is told apart are on everything."
  }
  locals {
    key    = "(?i)^(([a-z]+[-_:/])*(owner|owners|team|contact|cost[-_ ]?cent(er|re)|service|env|environment|environment[-_]?name|stage|owned[-_]?by|squad|business[-_]?unit))$"
    blocks = provider_blocks("aws")
    # The one that is asked where a resource names none. What has default tags already is a person's to complete.
    plain = one([for block in local.blocks : block if block.alias == null && block.default_tags[0].tags == null])
    tags  = [for name, value in setting.owner_tags : { name = name, value = value }]
    set = [for block in local.blocks : anytrue([
      for name, value in block.default_tags[0].tags : length(regexall(local.key, name)) > 0
    ])]
    own = anytrue([for vpc in concat(resources("aws_vpc"), resources("aws_s3_bucket"), resources("aws_instance"), resources("aws_lambda_function")) : anytrue([
      for name, value in vpc.tags : length(regexall(local.key, name)) > 0
    ])])
  }
  applies = length(local.blocks) > 0 && local.own == false
  require = anytrue(local.set)
  message = "no AWS provider block sets default_tags with an owner or an environment"
  fix {
    title         = "Tag everything with its owner"
    on            = local.plain
    applicability = "review"
    caution       = "Every resource of this provider that takes tags is updated, and the tags of the setting are the same for all of them."
  }
}
