# What viewers send and get would cross the internet in clear text. Every behaviour counts, since each serves its own
# paths.
rule {
  title    = "CloudFront redirects to HTTPS or requires it"
  severity = "high"
  resource = ["aws_cloudfront_distribution"]
  aliases = [
    "CKV_AWS_34",
    "AVD-AWS-0012",
    "aws-cloudfront-enforce-https",
    "cloudfront_distributions_https_enabled",
    "cloudfront_distribution_encryption_in_transit_enabled",
  ]
  criteria = {
    "CC6.7" = "Data between viewers and the edge is encrypted."
  }
  require = (
    alltrue([for behavior in self.default_cache_behavior : (
      contains(["redirect-to-https", "https-only"], behavior.viewer_protocol_policy)
    )])
    && alltrue([for behavior in self.ordered_cache_behavior : (
      contains(["redirect-to-https", "https-only"], behavior.viewer_protocol_policy)
    )])
  )
  message = "${self.address} serves viewers over plain HTTP"
  fix {
    title         = "Redirect the viewers of ${self.address} to HTTPS"
    applicability = "review"
    caution       = "Clients that don't follow redirects, or that send requests other than GET and HEAD over plain HTTP, stop working."
  }
}
