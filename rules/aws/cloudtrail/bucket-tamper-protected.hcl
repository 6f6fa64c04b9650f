# Whoever gets into an account likes to remove the trace of it. Object lock, MFA delete or a policy that refuses
# deletion keeps the record. Judged on the bucket, where it is in the tree.
rule {
  title    = "CloudTrail logs are protected against deletion"
  severity = "medium"
  resource = ["aws_s3_bucket"]
  aliases  = ["AVD-AWS-0170", "cloudtrail_bucket_requires_mfa_delete"]
  criteria = {
    "CC7.3" = "The record is still there when an incident is examined."
    "CC6.1" = "Nobody can delete the audit trail alone."
    "PI1.5" = "Stored records stay complete."
  }
  locals {
    policies = concat([self.policy], [for policy in referrers("aws_s3_bucket_policy", "bucket") : policy.policy])
    # Refuses deletion, at most with exceptions for named principals.
    refuses = [for text in local.policies : anytrue([for statement in policy_statements(text) : (
      statement.effect == "Deny"
      && anytrue([for action in statement.actions : (
        startswith(lower(action), "s3:deleteobject") || contains(["s3:delete*", "s3:*", "*"], lower(action))
      )])
      && alltrue([for condition in statement.conditions : (
        length(regexall("^aws:(principal|userid|sourceaccount)", lower(condition.variable))) > 0
      )])
    )])]
  }
  applies = length(referrers("aws_cloudtrail", "s3_bucket_name")) > 0
  require = (
    anytrue([for lock in referrers("aws_s3_bucket_object_lock_configuration", "bucket") : (
      length(lock.rule[0].default_retention) > 0
    )])
    || anytrue([for lock in self.object_lock_configuration : length(lock.rule[0].default_retention) > 0])
    || anytrue([for versioning in referrers("aws_s3_bucket_versioning", "bucket") : (
      versioning.versioning_configuration[0].status == "Enabled"
      && versioning.versioning_configuration[0].mfa_delete == "Enabled"
    )])
    || anytrue(local.refuses)
  )
  message = "${self.address} holds a CloudTrail's logs, and they can be deleted"
}
