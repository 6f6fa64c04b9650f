# Who read or took personal data can be found out only if access leaves a record. Asked of stores that a tag calls
# confidential or personal: data events of a trail, access logs of S3, the audit log of the engine. Events are billed one by
# one, so there is no fix. Where the trail lives in another tree, the setting `external_trail` says so.
rule {
  title    = "Access to stores of personal data is logged"
  severity = "medium"
  resource = ["aws_s3_bucket", "aws_dynamodb_table", "aws_redshift_cluster"]
  criteria = {
    "P6.3"  = "Who took personal data out can be found afterwards."
    "CC7.2" = "Unusual access to confidential data shows in a record."
    "P4.1"  = "That personal data is used as promised can be checked."
  }
  locals {
    defaults = [for block in provider_blocks("aws") : block.default_tags[0].tags if block.default_tags[0].tags != null]
    key      = "(?i)^(data[-_ ]?)?(classification|class|sensitivity|type)$"
    value    = "(?i)confidential|restricted|secret|pii|personal|phi|pci|gdpr"
    tagged = anytrue([for tags in concat(local.defaults, [self.tags]) : anytrue([
      for name, tag in tags : length(regexall(local.key, name)) > 0 && length(regexall(local.value, tag)) > 0
    ])])
    # Data events of one kind of store say nothing about another; a warehouse has none.
    kind = [for type in ["aws_s3_bucket", "aws_dynamodb_table", "aws_redshift_cluster"] : type if length(regexall("(^|[.])${type}[.]", self.address)) > 0][0]
    type = local.kind == "aws_s3_bucket" ? "AWS::S3::Object" : local.kind == "aws_dynamodb_table" ? "AWS::DynamoDB::Table" : ""
    all  = local.kind == "aws_s3_bucket" ? ["arn:aws:s3", "arn:aws:s3:::"] : ["arn:aws:dynamodb"]
    # Whether the store is in the selectors, or all of its kind. A selector that names others is not this store's.
    trails = [for trail in resources("aws_cloudtrail") : (
      anytrue([for selector in trail.event_selector : anytrue([for data in selector.data_resource : (
        data.type == local.type
        && anytrue([for value in data.values : contains(local.all, value)])
      )])])
      || anytrue([for selector in trail.advanced_event_selector : (
        anytrue([for field in selector.field_selector : field.field == "resources.type" && contains(field.equals, local.type)])
        && alltrue([for field in selector.field_selector : field.field == "resources.type" || field.field == "eventCategory"])
      )])
    )]
    named = concat(
      referrers("aws_cloudtrail", "event_selector.data_resource.values"),
      referrers("aws_cloudtrail", "advanced_event_selector.field_selector.equals"),
      referrers("aws_cloudtrail", "advanced_event_selector.field_selector.starts_with"),
    )
    logs = concat(
      [for logging in referrers("aws_s3_bucket_logging", "bucket") : logging.target_bucket != null],
      [for logging in referrers("aws_redshift_logging", "cluster_identifier") : logging.cluster_identifier != null],
    )
  }
  applies = local.tagged == true && setting.external_trail != true
  require = anytrue(local.trails) || length(local.named) > 0 || length(local.logs) > 0 || self.logging[0].target_bucket != null
  # Where nobody knows the tags, it is not said that the data is confidential.
  message = local.tagged == true ? "${self.address} holds confidential data, and nothing in this tree records who reads it; a trail's data events or its own access logs should" : "${self.address} is not asked"
}
