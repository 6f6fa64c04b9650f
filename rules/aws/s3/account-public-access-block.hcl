# One switch for the account protects the buckets that nobody remembers, also those made by hand. It is asked where the
# account's baseline is kept. A bucket that is public on purpose stops being so.
rule {
  title    = "The account blocks public access to S3"
  severity = "high"
  scope    = "estate"
  aliases  = ["s3_account_level_public_access_blocks", "s3_public_access_block_account"]
  criteria = {
    "CC6.1" = "Access to objects is given to named identities, in every bucket of the account."
    "CC6.6" = "No bucket of the account can be opened to the internet by mistake."
  }
  locals {
    blocks = resources("aws_s3_account_public_access_block")
    first  = local.blocks[0]
  }
  applies = account_baseline() == true
  require = anytrue([for block in local.blocks : (
    block.block_public_acls == true
    && block.block_public_policy == true
    && block.ignore_public_acls == true
    && block.restrict_public_buckets == true
  )])
  message = length(local.blocks) == 0 ? "the account has no aws_s3_account_public_access_block, so any bucket can be opened to the public" : "${local.first.address} leaves a way to open buckets to the public; all four switches should be on"
  fix {
    title         = "Block public access to every bucket of the account"
    on            = local.first
    applicability = "review"
    caution       = "Every bucket of the account that is public on purpose stops serving."
  }
}
