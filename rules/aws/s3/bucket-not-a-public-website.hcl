# The website endpoint of S3 speaks plain HTTP, and it serves only what everybody may read. A bucket that only redirects
# holds no data. One whose block keeps the public out, or whose policy names who may read, serves no public site. The way
# out, CloudFront in front of the bucket, needs a domain and a certificate: there is no fix.
rule {
  title    = "S3 bucket does not serve a public website"
  severity = "medium"
  resource = ["aws_s3_bucket"]
  criteria = {
    "CC6.6" = "Content reaches the internet through an edge that is controlled, not from the store itself."
    "CC6.7" = "Pages are not sent over plain HTTP."
  }
  locals {
    sites = [for site in referrers("aws_s3_bucket_website_configuration", "bucket") : length(site.redirect_all_requests_to) == 0]
    older = [for site in self.website : site.redirect_all_requests_to == null]
    block = referrers("aws_s3_bucket_public_access_block", "bucket")[0]
    policies = concat(
      [for attached in referrers("aws_s3_bucket_policy", "bucket") : attached.policy],
      [for policy in [self.policy] : policy if policy != null],
    )
    named = length(local.policies) > 0 && alltrue([for policy in local.policies : policy_allows_public(policy) == false])
  }
  applies = length(local.sites) + length(local.older) > 0
  require = (
    (anytrue(local.sites) == false && anytrue(local.older) == false)
    || local.block.restrict_public_buckets == true
    || local.named == true
  )
  message = "${self.address} serves a website from S3, which is public and speaks plain HTTP; CloudFront should stand in front of a private bucket"
}
