# A bucket must refuse public access no matter what its ACL or policy says. New buckets do so since April 2023, but only
# the declaration keeps it that way.
rule {
  title    = "S3 bucket blocks all public access"
  severity = "high"
  resource = ["aws_s3_bucket"]
  aliases = [
    "CKV_AWS_53",
    "CKV_AWS_54",
    "CKV_AWS_55",
    "CKV_AWS_56",
    "CKV2_AWS_6",
    "AVD-AWS-0086",
    "AVD-AWS-0087",
    "AVD-AWS-0091",
    "AVD-AWS-0093",
    "AVD-AWS-0094",
    "aws-s3-block-public-acls",
    "aws-s3-block-public-policy",
    "aws-s3-ignore-public-acls",
    "aws-s3-no-public-buckets",
    "aws-s3-specify-public-access-block",
    "s3_bucket_level_public_access_block",
    "s3_bucket_public_access",
    "s3_bucket_restrict_public_read_access",
    "s3_bucket_restrict_public_write_access",
  ]
  criteria = {
    "CC6.1" = "Only authorised identities can reach stored objects."
    "CC6.6" = "Closes a path from the internet to internal data."
  }
  locals {
    block = referrers("aws_s3_bucket_public_access_block", "bucket")[0]
    account = anytrue([for account in resources("aws_s3_account_public_access_block") : (
      account.block_public_acls == true
      && account.block_public_policy == true
      && account.ignore_public_acls == true
      && account.restrict_public_buckets == true
    )])
  }
  require = local.account == true || (
    local.block.block_public_acls == true
    && local.block.block_public_policy == true
    && local.block.ignore_public_acls == true
    && local.block.restrict_public_buckets == true
  )
  message = "${self.address} does not block every form of public access"
  fix {
    title         = "Block public access to ${self.address}"
    applicability = "review"
    caution       = "Objects served straight from this bucket to the public stop loading."
  }
}
