# The audit trail says who works with what, and from where; a public one is a map for an attacker. Judged on the
# bucket, where it is in the tree.
rule {
  title    = "The bucket that holds CloudTrail logs is private"
  severity = "critical"
  resource = ["aws_s3_bucket"]
  aliases = [
    "AVD-AWS-0161",
    "cloudtrail_logs_s3_bucket_is_not_publicly_accessible",
    "aws-cloudtrail-no-public-log-access",
  ]
  criteria = {
    "CC6.1" = "Only named identities can read the audit trail."
    "CC7.2" = "The record of events can't be read or spoilt by those it should find."
    "C1.1"  = "What the trail says about people and systems stays confidential."
  }
  locals {
    block    = referrers("aws_s3_bucket_public_access_block", "bucket")[0]
    policies = referrers("aws_s3_bucket_policy", "bucket")
    acls     = concat([self.acl], [for acl in referrers("aws_s3_bucket_acl", "bucket") : acl.acl])
    account = anytrue([for account in resources("aws_s3_account_public_access_block") : (
      account.block_public_acls == true
      && account.block_public_policy == true
      && account.ignore_public_acls == true
      && account.restrict_public_buckets == true
    )])
    blocked = local.account == true || (
      local.block.block_public_acls == true
      && local.block.block_public_policy == true
      && local.block.ignore_public_acls == true
      && local.block.restrict_public_buckets == true
    )
  }
  applies = length(referrers("aws_cloudtrail", "s3_bucket_name")) > 0
  require = (
    local.blocked == true
    && alltrue([for acl in local.acls : contains(["public-read", "public-read-write", "authenticated-read"], acl) == false])
    && alltrue([for policy in local.policies : policy_allows_public(policy.policy) == false])
    && policy_allows_public(self.policy) == false
  )
  message = "${self.address} holds a CloudTrail's logs, but is not closed to the public"
  fix {
    title         = "Close ${self.address} to the public"
    applicability = "auto"
  }
}
