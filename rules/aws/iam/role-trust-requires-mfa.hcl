# A role that users take with nothing but an access key escapes the second factor. Judged are users, and the root of our own
# account where there are users: the tree has some, or a condition speaks of their names or their second factor. Elsewhere
# those who come through the root are roles of workloads and of Identity Center, which show none. Nor are roles judged, a
# root that a condition narrows to named principals, or a vendor that has to give an external id. Automation with long-term
# keys would be cut off, so there is no fix.
rule {
  title    = "Role that IAM users assume requires a second factor"
  severity = "medium"
  resource = ["aws_iam_role"]
  aliases  = ["iam_administrator_access_with_mfa"]
  criteria = {
    "CC6.1" = "Who takes on the role has shown a second factor."
    "CC6.2" = "People prove who they are with more than a key."
  }
  locals {
    narrows = ["aws:principalarn", "aws:userid", "aws:principaltype", "aws:principaltag/role", "aws:principalorgid", "aws:principalorgpaths"]
    # The root stands for the users of an account where no condition says otherwise.
    people = [for principal in policy_accounts(self.assume_role_policy) : principal.conditions if(
      !anytrue([for condition in principal.conditions : lower(condition.variable) == "sts:externalid"])
      && (
        startswith(principal.name, "user/")
        || (
          principal.name == "root" && principal.ours == true && principal.account == null
          && !anytrue([for condition in principal.conditions : contains(local.narrows, lower(condition.variable))])
          && (length(resources("aws_iam_user")) > 0 || anytrue([for condition in principal.conditions : (
            startswith(lower(condition.variable), "aws:multifactorauth")
            || lower(condition.variable) == "aws:username"
            || anytrue([for value in condition.values : strcontains(value, "aws:username")])
          )]))
        )
      )
    )]
  }
  applies = length(local.people) > 0
  require = alltrue([for conditions in local.people : anytrue([for condition in conditions : (
    (lower(condition.variable) == "aws:multifactorauthpresent"
      && lower(condition.test) == "bool"
    && contains([for value in condition.values : lower(value)], "true"))
    || (lower(condition.variable) == "aws:multifactorauthage" && startswith(lower(condition.test), "numericlessthan") && !endswith(lower(condition.test), "ifexists"))
  )])])
  message = "${self.address} can be assumed by users without a second factor; a condition should ask for aws:MultiFactorAuthPresent"
}
