# A key of one's own is a second permission that a reader needs, and each use of it leaves a record. Asked where the tree
# manages keys. A bucket that receives access logs of S3 or load balancers can't use KMS.
rule {
  title    = "S3 bucket encrypts with a customer managed KMS key"
  severity = "medium"
  resource = ["aws_s3_bucket"]
  aliases  = ["CKV_AWS_145", "AVD-AWS-0132", "s3_bucket_kms_encryption", "aws-s3-encryption-customer-key"]
  criteria = {
    "C1.1"  = "Confidential objects are protected by a key that its owner controls and can withdraw."
    "PI1.4" = "Delivered output that is kept in the bucket is encrypted by a key of one's own."
    "CC6.1" = "Reading an object also takes the right to use the key."
  }
  locals {
    keys = concat(
      resources("aws_kms_key"),
      resources("aws_kms_replica_key"),
      resources("aws_kms_external_key"),
    )
    receives = concat(
      referrers("aws_s3_bucket_logging", "target_bucket"),
      referrers("aws_s3_bucket", "logging.target_bucket"),
      referrers("aws_lb", "access_logs.bucket"),
      referrers("aws_alb", "access_logs.bucket"),
      referrers("aws_elb", "access_logs.bucket"),
    )
    configurations = referrers("aws_s3_bucket_server_side_encryption_configuration", "bucket")
    configuration  = local.configurations[0]
    defaults = concat(
      flatten([for each in local.configurations : [for rule in each.rule : rule.apply_server_side_encryption_by_default]]),
      flatten([for each in self.server_side_encryption_configuration : [
        for rule in each.rule : rule.apply_server_side_encryption_by_default
      ]]),
    )
  }
  applies = length(local.keys) > 0 && length(local.receives) == 0
  require = anytrue([for default in local.defaults : (
    (default.sse_algorithm == "aws:kms" || default.sse_algorithm == "aws:kms:dsse")
    && default.kms_master_key_id != null
    && customer_key(default.kms_master_key_id) == true
  )])
  message = "${self.address} is not encrypted with a KMS key of your own: its default encryption should name one"
}
