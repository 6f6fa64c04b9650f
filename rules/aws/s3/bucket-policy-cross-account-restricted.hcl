# What another account may do with the bucket is disclosure to a third party. Writing and administration are for our own
# accounts. Reading is for a named role or user, not for everybody whom the other account lets in. Accounts of ours, and
# partners that were agreed on, stand in `allowed_account_ids` of the provider or in the setting `accounts`; where neither
# says anything, nobody can tell whose account a number is. AWS's own accounts that deliver logs are known.
rule {
  title    = "S3 bucket policy limits what other accounts may do"
  severity = "high"
  resource = ["aws_s3_bucket_policy", "aws_s3_bucket"]
  aliases  = ["s3_bucket_cross_account_access"]
  criteria = {
    "CC6.1" = "Objects are written and managed by the organisation's own accounts only."
    "CC6.3" = "Another account gets what its named role needs, not all that it likes."
    "P6.1"  = "Personal data is disclosed to agreed parties only."
    "C1.1"  = "Confidential objects are shared with named identities only."
  }
  locals {
    foreign = [for principal in policy_accounts(self.policy) : {
      # Anything but reading and listing.
      writes = anytrue([for action in principal.actions : length(regexall("(?i)^(\\*|s3:(\\*|[^*]*(put|delete|acl|policy|write|restore|replicate|bypass).*|p\\*.*|d\\*.*))$", action)) > 0])
      named = length(regexall("^(role|user|assumed-role)/[^*]+$", principal.name)) > 0 || anytrue([for condition in principal.conditions : (
        contains(["aws:principalorgid", "aws:principalorgpaths", "aws:principalarn"], lower(condition.variable))
        && length(regexall("(?i)^(foranyvalue:)?(string|arn)(equals|like|equalsignorecase)$", condition.test)) > 0
      )])
    } if principal.ours != true]
  }
  applies = self.policy != null
  require = alltrue([for principal in local.foreign : principal.writes == false && principal.named == true])
  message = "${self.address} lets another account write, or lets anybody of another account read; the policy should give read access to a named role"
}
