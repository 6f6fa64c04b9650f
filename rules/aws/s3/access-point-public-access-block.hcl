# An access point can let the public in only where its own block is off: the provider turns all four switches on unless
# the code turns one off.
rule {
  title    = "S3 access point blocks all public access"
  severity = "high"
  resource = ["aws_s3_access_point", "aws_s3control_multi_region_access_point"]
  aliases = [
    "CKV_AWS_392",
    "s3_access_point_public_access_block",
    "s3_multi_region_access_point_public_access_block",
  ]
  criteria = {
    "CC6.1" = "Objects behind the access point are reached by named identities only."
    "CC6.6" = "No second entrance from the internet leads round the bucket's own block."
  }
  locals {
    blocks = concat(
      [for block in self.public_access_block_configuration : block],
      flatten([for details in self.details : [for block in details.public_access_block : block]]),
    )
  }
  require = alltrue([for block in local.blocks : (
    block.block_public_acls != false
    && block.block_public_policy != false
    && block.ignore_public_acls != false
    && block.restrict_public_buckets != false
  )])
  message = "${self.address} turns off a part of its block of public access; all four switches should be on"
  fix {
    title         = "Block public access through ${self.address}"
    applicability = "review"
    effect        = "replace"
    caution       = "The settings can't be changed: Terraform makes a new access point with a new alias, and requests of the public stop."
  }
}
