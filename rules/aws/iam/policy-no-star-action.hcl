# A grant of all actions, even on a few resources, includes deletion, policy changes and actions nobody has reviewed.
# Every action on every resource is reported by aws/iam/policy-no-admin-wildcard instead.
rule {
  title    = "IAM policy statements name the services they allow"
  severity = "medium"
  resource = [
    "aws_iam_policy",
    "aws_iam_role_policy",
    "aws_iam_user_policy",
    "aws_iam_group_policy",
  ]
  aliases = [
    "CKV_AWS_49",
    "CKV_AWS_63",
    "AVD-AWS-0057",
    "aws-iam-no-policy-wildcards",
    "iam_policy_no_star_star",
  ]
  criteria = {
    "CC6.3" = "Each grant names what it is for, so least privilege can be reviewed."
    "CC6.1" = "Access is limited to named services."
  }
  locals {
    # What only bounds the rights of others grants nothing. Where nothing is seen of its use, it may grant.
    bounds = concat(referrers("aws_iam_role", "permissions_boundary"), referrers("aws_iam_user", "permissions_boundary"))
    grants = concat(
      referrers("aws_iam_role_policy_attachment", "policy_arn"),
      referrers("aws_iam_role_policy_attachments_exclusive", "policy_arns"),
      referrers("aws_iam_role", "managed_policy_arns"),
      referrers("aws_iam_user_policy_attachment", "policy_arn"),
      referrers("aws_iam_user_policy_attachments_exclusive", "policy_arns"),
      referrers("aws_iam_group_policy_attachment", "policy_arn"),
      referrers("aws_iam_group_policy_attachments_exclusive", "policy_arns"),
      referrers("aws_iam_policy_attachment", "policy_arn"),
      referrers("aws_ssoadmin_customer_managed_policy_attachment", "customer_managed_policy_reference.name"),
    )
  }
  applies = (
    length(regexall("(^|[.])aws_iam_policy[.]", self.address)) == 0
    || length(local.grants) > 0
    || length(local.bounds) == 0
  )
  require = alltrue([for statement in policy_statements(self.policy) : (
    statement.effect != "Allow"
    || !(contains(statement.actions, "*") || contains(statement.actions, "*:*"))
    || contains(statement.resources, "*")
  )])
  message = "${self.address} allows all actions of all services on some resources"
}
