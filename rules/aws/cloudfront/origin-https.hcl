# TLS that ends at the edge leaves the way to the origin in clear text, over the internet. "match-viewer" is as good
# as HTTPS only where viewers can't come over HTTP.
rule {
  title    = "CloudFront talks HTTPS to custom origins"
  severity = "high"
  resource = ["aws_cloudfront_distribution", "aws_cloudfront_vpc_origin"]
  aliases  = ["CKV2_AWS_72", "cloudfront_distributions_origin_traffic_encrypted"]
  criteria = {
    "CC6.7" = "Data between the edge and the origin is encrypted."
  }
  locals {
    behaviors = concat(self.default_cache_behavior, self.ordered_cache_behavior)
  }
  applies = (
    length(self.vpc_origin_endpoint_config) > 0
    || anytrue([for origin in self.origin : length(origin.custom_origin_config) > 0])
  )
  require = (
    alltrue([for origin in self.origin : alltrue([for config in origin.custom_origin_config : (
      config.origin_protocol_policy == "https-only"
      || (config.origin_protocol_policy == "match-viewer" && alltrue([for behavior in local.behaviors : (
        behavior.target_origin_id != origin.origin_id
        || contains(["redirect-to-https", "https-only"], behavior.viewer_protocol_policy)
      )]))
    )])])
    && alltrue([for config in self.vpc_origin_endpoint_config : config.origin_protocol_policy == "https-only"])
  )
  message = "${self.address} talks to an origin over plain HTTP"
}
