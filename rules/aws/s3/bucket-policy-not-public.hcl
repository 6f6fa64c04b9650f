# A public policy overrules every private ACL, and no object listing shows it. Only a person knows who the readers are
# meant to be, so there is no fix.
rule {
  title    = "S3 bucket policy does not allow everyone"
  severity = "critical"
  resource = ["aws_s3_bucket"]
  aliases = [
    "CKV_AWS_70",
    "s3_bucket_policy_public_write_access",
    "s3_bucket_public_access",
    "s3_bucket_policy_restrict_public_access",
  ]
  criteria = {
    "CC6.1" = "Access to objects is given to named identities."
    "CC6.6" = "The bucket can't be reached from the internet through its policy."
    "C1.1"  = "Confidential objects are not published by a policy."
  }
  locals {
    policies = referrers("aws_s3_bucket_policy", "bucket")
    block    = referrers("aws_s3_bucket_public_access_block", "bucket")[0]
    # What the account restricts is restricted in every bucket of it.
    account = anytrue([for account in resources("aws_s3_account_public_access_block") : account.restrict_public_buckets == true])
  }
  applies = self.policy != null || length(local.policies) > 0
  require = local.block.restrict_public_buckets == true || local.account == true || !(
    policy_allows_public(self.policy) == true
    || anytrue([for attached in local.policies : policy_allows_public(attached.policy) == true]) == true
  )
  message = "${self.address} has a policy that lets everyone in"
}
