# With one origin its failure takes the content offline. Origin groups fail over for GET, HEAD and OPTIONS only, so a
# distribution that passes on writes is not asked. Only a person knows the second origin, so there is no fix.
rule {
  title    = "CloudFront distribution fails over to a second origin"
  severity = "low"
  resource = ["aws_cloudfront_distribution"]
  aliases  = ["CKV_AWS_310", "cloudfront_distributions_multiple_origin_failover_configured"]
  criteria = {
    "A1.2" = "Content stays available when its primary origin fails."
  }
  locals {
    behaviors = concat(self.default_cache_behavior, self.ordered_cache_behavior)
  }
  applies = alltrue([for behavior in local.behaviors : (
    alltrue([for method in behavior.allowed_methods : contains(["GET", "HEAD", "OPTIONS"], method)])
  )])
  require = anytrue([for group in self.origin_group : length(group.member) >= 2 && (
    anytrue([for behavior in local.behaviors : behavior.target_origin_id == group.origin_id])
  )])
  message = "${self.address} has no second origin to fail over to"
}
