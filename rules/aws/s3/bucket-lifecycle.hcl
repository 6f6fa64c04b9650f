# A promise of how long data is kept needs something that ends it: a rule that expires or archives objects. One that only
# aborts unfinished uploads ends nothing. Buckets of websites, of CloudFront and of Terraform's state keep their objects
# on purpose. The period is a person's decision: the fix takes it from the setting `retention_days`.
rule {
  title    = "S3 bucket has a lifecycle rule that expires or archives data"
  severity = "medium"
  resource = ["aws_s3_bucket"]
  aliases  = ["CKV2_AWS_61", "s3_bucket_lifecycle_enabled", "s3_bucket_lifecycle_policy_enabled"]
  criteria = {
    "C1.2" = "Confidential data leaves the bucket at the end of its period."
    "P4.2" = "Personal data is kept for a set time, not for ever."
    "P4.3" = "Personal data is disposed of by a rule, not by memory."
  }
  locals {
    configurations = referrers("aws_s3_bucket_lifecycle_configuration", "bucket")
    configured     = length(local.configurations) > 0 || length(self.lifecycle_rule) > 0
    rules          = flatten([for each in local.configurations : [for rule in each.rule : rule]])
    keeps = concat(
      referrers("aws_s3_bucket_website_configuration", "bucket"),
      referrers("aws_cloudfront_distribution", "origin.domain_name"),
    )
    state = length(regexall("(?i)tf-?state|terraform[-_.]?state", self.bucket == null ? "" : self.bucket)) > 0
  }
  applies = length(local.keeps) == 0 && length(self.website) == 0 && local.state == false
  require = anytrue([for rule in local.rules : rule.status == "Enabled" && (
    length(rule.expiration) > 0
    || length(rule.transition) > 0
    || length(rule.noncurrent_version_expiration) > 0
    || length(rule.noncurrent_version_transition) > 0
    )]) || anytrue([for rule in self.lifecycle_rule : rule.enabled == true && (
    length(rule.expiration) > 0
    || length(rule.transition) > 0
    || length(rule.noncurrent_version_expiration) > 0
    || length(rule.noncurrent_version_transition) > 0
  )])
  message = "${self.address} keeps its objects for ever: no enabled lifecycle rule expires or archives them"
  fix {
    title         = "Expire the objects of ${self.address}"
    applicability = "review"
    caution       = "Objects older than retention_days are deleted, without versions for good. Look at what the bucket holds first."
  }
}
