# A year of records is what an audit period and most investigations ask for. Logs that nothing expires are kept for
# ever, which is fine. Judged on the bucket, where it is in the tree.
rule {
  title    = "CloudTrail logs are kept at least one year"
  severity = "high"
  resource = ["aws_s3_bucket", "aws_cloudtrail_event_data_store"]
  criteria = {
    "CC7.2" = "Events of the whole audit period can be looked at."
    "CC7.3" = "An incident that is found late can still be traced."
  }
  locals {
    trails    = referrers("aws_cloudtrail", "s3_bucket_name")
    lifecycle = referrers("aws_s3_bucket_lifecycle_configuration", "bucket")
    places    = [for trail in local.trails : trail.s3_key_prefix == null ? "AWSLogs/" : "${trail.s3_key_prefix}/AWSLogs/"]
  }
  applies = length(local.trails) > 0 || self.advanced_event_selector != null || self.retention_period != null
  require = (
    alltrue([for configuration in local.lifecycle : alltrue([for rule in configuration.rule : (
      alltrue([for expiration in rule.expiration : expiration.days == null || expiration.days >= 365])
      || rule.status != "Enabled"
      || length(rule.filter[0].tag) + length(rule.filter[0].and[0].tags) > 0
      || alltrue([for place in local.places : anytrue([
        for prefix in [rule.prefix, rule.filter[0].prefix, rule.filter[0].and[0].prefix] : (
          prefix != null && startswith(place, prefix) == false && startswith(prefix, place) == false
        )
      ])])
    )])])
    && alltrue([for rule in self.lifecycle_rule : (
      alltrue([for expiration in rule.expiration : expiration.days == null || expiration.days >= 365])
      || rule.enabled == false
      || length(rule.tags) > 0
      || alltrue([for place in local.places : (
        rule.prefix != null && startswith(place, rule.prefix) == false && startswith(rule.prefix, place) == false
      )])
    )])
    && (self.retention_period == null || self.retention_period >= 365)
  )
  message = "${self.address} keeps CloudTrail's events for less than a year"
  fix {
    title         = "Keep CloudTrail's events in ${self.address} for a year"
    applicability = "review"
    caution       = "Stored logs cost as long as they are kept."
  }
}
