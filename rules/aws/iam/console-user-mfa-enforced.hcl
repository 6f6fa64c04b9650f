# A console password without a second factor is the most cited exception in AWS accounts. Terraform can't enrol a
# device, but it can deny everything to a user who signed in without one.
rule {
  title    = "IAM user with console access is denied everything without MFA"
  severity = "high"
  resource = ["aws_iam_user"]
  aliases = [
    "AVD-AWS-0123",
    "AVD-AWS-0145",
    "aws-iam-enforce-group-mfa",
    "aws-iam-enforce-mfa",
    "iam_user_mfa_enabled_console_access",
    "iam_user_console_access_mfa_enabled",
    "iam_user_mfa_enabled",
  ]
  criteria = {
    "CC6.1" = "A stolen password alone gives no access."
    "CC6.2" = "Credentials work only with the factor issued to their owner."
    "CC6.6" = "Access from outside the boundary needs a second factor."
  }
  locals {
    inline = [for policy in referrers("aws_iam_user_policy", "user") : policy_requires_mfa(policy.policy)]
    # Whether the user takes policies from elsewhere: attached ones, or those of its groups.
    attached = (
      length(referrers("aws_iam_user_policy_attachment", "user"))
      + length(referrers("aws_iam_policy_attachment", "users"))
      + length(referrers("aws_iam_user_group_membership", "user"))
      + length(referrers("aws_iam_group_membership", "users"))
    )
    shared = concat(
      [for policy in resources("aws_iam_policy") : policy_requires_mfa(policy.policy)],
      [for policy in resources("aws_iam_group_policy") : policy_requires_mfa(policy.policy)],
    )
  }
  applies = length(referrers("aws_iam_user_login_profile", "user")) > 0
  require = contains(local.inline, true) || (local.attached > 0 && contains(local.shared, true))
  message = "${self.address} has a console password, but no policy denies access without MFA"
}
