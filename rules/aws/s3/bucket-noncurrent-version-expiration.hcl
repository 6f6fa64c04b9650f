# What is deleted from a versioned bucket lives on as an old version until a rule ends it. A bucket without lifecycle rules
# is left to s3/bucket-lifecycle. Under object lock in compliance mode versions can't go earlier, so such a bucket is not
# asked. How long a way back must be open is a person's decision, so there is no fix.
rule {
  title    = "Versioned S3 bucket expires old versions"
  severity = "low"
  resource = ["aws_s3_bucket"]
  aliases  = ["s3_bucket_versioning_and_lifecycle_policy_enabled"]
  criteria = {
    "C1.2" = "Data that was deleted is gone after a set time."
    "C1.1" = "Confidential data is not kept past its use in forgotten versions."
    "P4.3" = "Deleted personal data does not live on as an old version."
  }
  locals {
    versioning     = referrers("aws_s3_bucket_versioning", "bucket")
    lock           = referrers("aws_s3_bucket_object_lock_configuration", "bucket")
    configurations = referrers("aws_s3_bucket_lifecycle_configuration", "bucket")
    rules          = flatten([for each in local.configurations : [for rule in each.rule : rule]])
    versioned = (
      anytrue([for each in local.versioning : each.versioning_configuration[0].status == "Enabled"])
      || self.versioning[0].enabled == true
    )
    compliance = (
      anytrue([for each in local.lock : each.rule[0].default_retention[0].mode == "COMPLIANCE"])
      || self.object_lock_configuration[0].rule[0].default_retention[0].mode == "COMPLIANCE"
    )
  }
  applies = (
    local.versioned == true
    && local.compliance != true
    && length(local.configurations) + length(self.lifecycle_rule) > 0
  )
  require = anytrue([for rule in local.rules : rule.status == "Enabled" && anytrue([
    for expiration in rule.noncurrent_version_expiration : expiration.noncurrent_days >= 1
    ])]) || anytrue([for rule in self.lifecycle_rule : rule.enabled == true && anytrue([
    for expiration in rule.noncurrent_version_expiration : expiration.days >= 1
  ])])
  message = "${self.address} keeps old versions of its objects for ever; an enabled lifecycle rule should expire them"
}
