# Without a record of requests nobody can say who read customer data. CloudTrail data events are the better record and
# count as well. A bucket that receives logs is not asked: it would log itself.
rule {
  title    = "S3 bucket logs access requests"
  severity = "medium"
  resource = ["aws_s3_bucket"]
  aliases = [
    "CKV_AWS_18",
    "AVD-AWS-0089",
    "aws-s3-enable-bucket-logging",
    "s3_bucket_server_access_logging_enabled",
    "s3_bucket_logging_enabled",
  ]
  criteria = {
    "CC7.2" = "Requests to stored data leave a record that unusual access shows in."
    "CC7.3" = "The record lets an event be judged: who read or changed what."
    "PI1.2" = "Inputs that arrive in the bucket can be traced to their sender."
  }
  locals {
    logging = referrers("aws_s3_bucket_logging", "bucket")[0]
    receives = concat(
      referrers("aws_s3_bucket_logging", "target_bucket"),
      referrers("aws_s3_bucket", "logging.target_bucket"),
      referrers("aws_lb", "access_logs.bucket"),
      referrers("aws_alb", "access_logs.bucket"),
      referrers("aws_elb", "access_logs.bucket"),
      referrers("aws_cloudfront_distribution", "logging_config.bucket"),
      referrers("aws_cloudtrail", "s3_bucket_name"),
    )
    named = concat(
      referrers("aws_cloudtrail", "event_selector.data_resource.values"),
      referrers("aws_cloudtrail", "advanced_event_selector.field_selector.equals"),
      referrers("aws_cloudtrail", "advanced_event_selector.field_selector.starts_with"),
    )
    # Trails that record the reads of every bucket, with the older and the newer kind of selector.
    trails = [for trail in resources("aws_cloudtrail") : (
      anytrue([for selector in trail.event_selector : (
        selector.read_write_type != "WriteOnly"
        && anytrue([for data in selector.data_resource : (
          data.type == "AWS::S3::Object"
          && (contains(data.values, "arn:aws:s3") == true || contains(data.values, "arn:aws:s3:::") == true)
        )]) == true
      )]) == true
      || anytrue([for selector in trail.advanced_event_selector : (
        anytrue([for field in selector.field_selector : (
          field.field == "resources.type" && contains(field.equals, "AWS::S3::Object") == true
        )]) == true
        && alltrue([for field in selector.field_selector : (
          field.field == "resources.type" || field.field == "eventCategory"
        )]) == true
      )]) == true
    )]
  }
  applies = length(local.receives) == 0
  require = (
    local.logging.target_bucket != null
    || self.logging[0].target_bucket != null
    || length(local.named) > 0
    || anytrue(local.trails) == true
  )
  message = "${self.address} keeps no record of who reads and writes its objects"
  fix {
    title         = "Log requests to ${self.address}"
    applicability = "review"
    caution       = "The log bucket needs a policy that lets logging.s3.amazonaws.com write to it."
  }
}
