# A distribution that reads a bucket without signing its requests needs the bucket to be public, and then anybody can
# go round the distribution. Website endpoints are custom origins and judged as those.
rule {
  title    = "CloudFront reads S3 origins with origin access control"
  severity = "high"
  resource = ["aws_cloudfront_distribution"]
  aliases  = ["CKV2_AWS_46", "cloudfront_distributions_s3_origin_access_control"]
  criteria = {
    "CC6.1" = "The bucket answers the distribution only."
    "CC6.6" = "Readers can't go round the edge and its filters."
  }
  applies = anytrue([for origin in self.origin : length(origin.custom_origin_config) == 0 && length(origin.vpc_origin_config) == 0])
  require = alltrue([for origin in self.origin : (
    length(origin.custom_origin_config) > 0
    || length(origin.vpc_origin_config) > 0
    || origin.origin_access_control_id != null
    || anytrue([for config in origin.s3_origin_config : (
      config.origin_access_identity != null && (config.origin_access_identity == "") == false
    )])
  )])
  message = "${self.address} reads a bucket without signing its requests"
}
