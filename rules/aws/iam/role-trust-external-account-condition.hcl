# Vendors are let in through such roles. Without an external id, another customer of the vendor can have the vendor take the
# role. Accounts of ours, and those that were agreed on, stand in `allowed_account_ids` of the provider or in the setting
# `accounts`; where neither says anything, nobody can tell whose account a number is. The id is agreed with the other side,
# so there is no fix.
rule {
  title    = "Cross-account role trust requires an external id or the organisation"
  severity = "high"
  resource = ["aws_iam_role"]
  aliases  = ["CKV_AWS_61", "iam_role_cross_account_readonlyaccess_policy"]
  criteria = {
    "CC6.1" = "An account outside takes the role only in the way that was agreed."
    "CC6.3" = "Rights given to a vendor can't be used by the vendor's other customers."
    "CC9.2" = "Access of vendors is bound to the agreement with them."
  }
  locals {
    foreign = [for principal in policy_accounts(self.assume_role_policy) : {
      bound = anytrue([for condition in principal.conditions : (
        contains(["sts:externalid", "aws:principalorgid", "aws:principalorgpaths", "aws:sourceidentity"], lower(condition.variable))
        && length(regexall("(?i)^(foranyvalue:)?string(equals|like|equalsignorecase)$", condition.test)) > 0
        && alltrue([for value in condition.values : length(regexall("^\\**$", value)) == 0])
      )])
    } if principal.ours != true]
  }
  applies = length(local.foreign) > 0
  require = alltrue([for principal in local.foreign : principal.bound == true])
  message = "${self.address} can be assumed by another account without an external id; a condition on sts:ExternalId or aws:PrincipalOrgID should bind it"
}
