# With a key of the account's own, access to confidential data can be cut, and every use of the key leaves a record.
# Asked of stores that a tag calls confidential or personal.
rule {
  title    = "Confidential data stores use a customer key"
  severity = "high"
  resource = [
    "aws_s3_bucket",
    "aws_db_instance",
    "aws_rds_cluster",
    "aws_dynamodb_table",
    "aws_efs_file_system",
    "aws_ebs_volume",
    "aws_redshift_cluster",
    "aws_docdb_cluster",
    "aws_neptune_cluster",
    "aws_opensearch_domain",
    "aws_elasticache_replication_group",
    "aws_memorydb_cluster",
    "aws_kinesis_stream",
    "aws_sqs_queue",
    "aws_secretsmanager_secret",
  ]
  criteria = {
    "C1.1"  = "Confidential data is protected by a key of its owner."
    "CC6.1" = "Access to the data also needs the right to use the key."
    "P4.1"  = "Personal data can be made unreadable with its key."
  }
  locals {

    key    = "(?i)^(data[-_ ]?)?(classification|class|sensitivity|type)$"
    value  = "(?i)confidential|restricted|secret|pii|personal|phi|pci|gdpr"
    tagged = anytrue([for name, tag in self.tags : length(regexall(local.key, name)) > 0 && length(regexall(local.value, tag)) > 0])

    keys = concat(
      [
        self.kms_key_id,
        self.kms_key_arn,
        self.kms_master_key_id,
        self.encrypt_at_rest[0].kms_key_id,
        self.server_side_encryption[0].kms_key_arn,
        self.server_side_encryption_configuration[0].rule[0].apply_server_side_encryption_by_default[0].kms_master_key_id,
      ],
      [for encryption in referrers("aws_s3_bucket_server_side_encryption_configuration", "bucket") : (
        encryption.rule[0].apply_server_side_encryption_by_default[0].kms_master_key_id
      )],
    )
  }
  applies = local.tagged == true
  require = anytrue([for key in local.keys : key != null && customer_key(key) == true])
  message = "${self.address} holds confidential data without a key of its own"
}
