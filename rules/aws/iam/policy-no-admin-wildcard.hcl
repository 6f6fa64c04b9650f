# Whoever holds every action on every resource can change every other control in the scope of the audit.
rule {
  title    = "IAM policy does not grant every action on every resource"
  severity = "high"
  resource = [
    "aws_iam_policy",
    "aws_iam_role_policy",
    "aws_iam_user_policy",
    "aws_iam_group_policy",
    "aws_iam_role",
  ]
  aliases = [
    "CKV_AWS_1",
    "CKV_AWS_62",
    "AVD-AWS-0057",
    "aws-iam-no-policy-wildcards",
    "iam_inline_policy_no_administrative_privileges",
    "iam_customer_attached_policy_no_administrative_privileges",
    "iam_customer_unattached_policy_no_administrative_privileges",
    "iam_policy_no_star_star",
  ]
  criteria = {
    "CC6.3" = "Rights follow least privilege instead of covering everything."
    "CC6.1" = "Access to protected assets is limited to what a role needs."
    "CC1.3" = "Duties stay separate because no policy holds them all."
  }
  applies = only_bounds() == false
  require = (
    policy_allows_all(self.policy) == false
    && alltrue([for inline in self.inline_policy : policy_allows_all(inline.policy) == false])
  )
  message = "${self.address} allows every action on every resource"
}
