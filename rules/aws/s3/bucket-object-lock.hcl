# Records that nobody can change or delete before their time, not even an administrator. Asked of buckets that CloudTrail
# writes to and of those that a tag calls records. S3 access logs and AWS Config can't deliver to a bucket with a default
# retention, so their targets are not asked. Mode and period are a person's decision, so there is no fix.
rule {
  title    = "S3 bucket that keeps records has object lock"
  severity = "low"
  resource = ["aws_s3_bucket"]
  aliases  = ["CKV_AWS_143", "s3_bucket_object_lock", "s3_bucket_object_lock_enabled"]
  criteria = {
    "PI1.5" = "Stored records can't be altered before their time is over."
    "C1.1"  = "Records are kept whole for as long as they must be kept."
    "CC6.1" = "Not even an administrator can destroy the record of what was done."
  }
  locals {
    trails   = referrers("aws_cloudtrail", "s3_bucket_name")
    tagged   = anytrue([for key, value in self.tags : length(regexall("(?i)^(records?|record[-_ ]?keeping|retention[-_ ]?lock|worm|legal[-_ ]?hold)$", key)) > 0 && length(regexall("(?i)^(false|no|none|)$", value)) == 0])
    refusing = concat(
      referrers("aws_s3_bucket_logging", "target_bucket"),
      referrers("aws_s3_bucket", "logging.target_bucket"),
      referrers("aws_config_delivery_channel", "s3_bucket_name"),
    )
    locks = referrers("aws_s3_bucket_object_lock_configuration", "bucket")
  }
  applies = (length(local.trails) > 0 || local.tagged == true) && length(local.refusing) == 0
  require = (
    self.object_lock_enabled == true
    || self.object_lock_configuration[0].object_lock_enabled == "Enabled"
    || anytrue([for lock in local.locks : length(lock.rule) > 0])
  )
  message = "${self.address} keeps records that an administrator can delete; it should have object lock with a default retention"
}
