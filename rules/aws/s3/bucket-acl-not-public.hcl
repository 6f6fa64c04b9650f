# A public ACL publishes every object. AuthenticatedUsers means any customer of AWS, so it is as public as AllUsers.
# An ACL that the bucket ignores publishes nothing.
rule {
  title    = "S3 bucket ACL gives nothing to the public"
  severity = "critical"
  resource = ["aws_s3_bucket"]
  aliases = [
    "CKV_AWS_20",
    "CKV_AWS_57",
    "CKV_AWS_375",
    "CKV2_AWS_43",
    "AVD-AWS-0092",
    "aws-s3-no-public-access-with-acl",
    "s3_bucket_public_list_acl",
    "s3_bucket_public_write_acl",
    "s3_bucket_restrict_public_read_access",
    "s3_bucket_restrict_public_write_access",
  ]
  criteria = {
    "CC6.1" = "Objects are not handed to identities that nobody authorised."
    "CC6.6" = "The bucket can't be read or written from the internet through its ACL."
    "C1.1"  = "Confidential objects stay out of public listings."
  }
  locals {
    acl      = referrers("aws_s3_bucket_acl", "bucket")[0]
    block    = referrers("aws_s3_bucket_public_access_block", "bucket")[0]
    controls = referrers("aws_s3_bucket_ownership_controls", "bucket")[0]
    grants   = local.acl.access_control_policy[0].grant
    # What the account ignores, every bucket of it ignores.
    account = anytrue([for account in resources("aws_s3_account_public_access_block") : account.ignore_public_acls == true])
  }
  applies = self.acl != null || length(self.grant) > 0 || local.acl != null
  require = (
    !(
      contains(["public-read", "public-read-write", "authenticated-read", "website"], self.acl) == true
      || contains(["public-read", "public-read-write", "authenticated-read", "website"], local.acl.acl) == true
      || anytrue([for grant in self.grant : (
        grant.uri == "http://acs.amazonaws.com/groups/global/AllUsers"
        || grant.uri == "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
      )]) == true
      || anytrue([for grant in local.grants : (
        grant.grantee[0].uri == "http://acs.amazonaws.com/groups/global/AllUsers"
        || grant.grantee[0].uri == "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
      )]) == true
    )
    || local.block.ignore_public_acls == true
    || local.account == true
    || local.controls.rule[0].object_ownership == "BucketOwnerEnforced"
  )
  message = "${self.address} has an ACL that opens it to everyone"
  fix {
    title         = "Make the ACL of ${self.address} private"
    applicability = "review"
    caution       = "Anonymous readers lose access at once. Content that is meant for the public belongs behind CloudFront with origin access control."
  }
}
