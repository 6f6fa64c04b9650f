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
  applies = only_bounds() == false
  require = alltrue([for statement in policy_statements(self.policy) : (
    statement.effect != "Allow"
    || !(contains(statement.actions, "*") || contains(statement.actions, "*:*"))
    || contains(statement.resources, "*")
  )])
  message = "${self.address} allows all actions of all services on some resources"
}
