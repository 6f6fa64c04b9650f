# What is confidential has to be known before it can be protected, and the tag is the register. One finding tells of all stores
# that lack it. Asked where the tree classifies its data at all, or keeps the account's baseline. The class is a person's
# knowledge, so there is no fix.
rule {
  title    = "Data stores carry a classification tag"
  severity = "medium"
  scope    = "estate"
  criteria = {
    "C1.1"  = "Confidential information is identified where it is stored."
    "CC3.2" = "What is at stake in each store is known when risks are judged."
    "P4.1"  = "Stores of personal data can be told from others."
  }
  locals {
    key      = "(?i)^(data[-_ ]?classification|classification|data[-_ ]?class|confidentiality|sensitivity|data[-_ ]?sensitivity)$"
    defaults = [for block in provider_blocks("aws") : block.default_tags[0].tags if block.default_tags[0].tags != null]
    default  = anytrue(flatten([for tags in local.defaults : [for name, value in tags : length(regexall(local.key, name)) > 0 && value != ""]]))
    stores = concat(
      resources("aws_s3_bucket"),
      resources("aws_db_instance"),
      resources("aws_rds_cluster"),
      resources("aws_dynamodb_table"),
      resources("aws_efs_file_system"),
      resources("aws_ebs_volume"),
      resources("aws_redshift_cluster"),
      resources("aws_docdb_cluster"),
      resources("aws_neptune_cluster"),
      resources("aws_opensearch_domain"),
      resources("aws_elasticache_replication_group"),
      resources("aws_memorydb_cluster"),
      resources("aws_kinesis_stream"),
      resources("aws_sqs_queue"),
      resources("aws_secretsmanager_secret"),
    )
    judged = [for store in local.stores : {
      address = store.address
      named   = anytrue([for name, value in store.tags : length(regexall(local.key, name)) > 0 && value != ""])
    }]
    lacking = [for store in local.judged : store.address if store.named == false]
  }
  applies = length(local.stores) > 0 && (
    local.default == true
    || anytrue([for store in local.judged : store.named == true])
    || account_baseline() == true
  )
  require = local.default == true || alltrue([for store in local.judged : store.named == true])
  message = "these stores carry no classification tag, such as DataClassification: ${join(", ", local.lacking)}"
}
