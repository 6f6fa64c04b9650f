# Rights given through groups or roles can be reviewed and taken back as a set when a person changes jobs. A policy that only
# denies is harmless on a user. The group's name is a person's decision, so there is no fix.
rule {
  title    = "IAM policies are attached to groups or roles, not to users"
  severity = "medium"
  resource = ["aws_iam_user_policy_attachment", "aws_iam_user_policy", "aws_iam_policy_attachment"]
  aliases = [
    "CKV_AWS_40",
    "AVD-AWS-0143",
    "iam_policy_attached_only_to_group_or_roles",
    "iam_user_no_inline_attached_policies",
    "aws-iam-no-user-attached-policies",
  ]
  criteria = {
    "CC1.3" = "Rights belong to a role in the organisation, not to a person."
    "CC6.1" = "Rights are given in sets that can be reviewed."
    "CC6.3" = "Rights end with membership of the group."
  }
  locals {
    texts = concat([self.policy], [for policy in referred("policy_arn") : policy.policy])
    statements = flatten([for text in local.texts : [
      for statement in policy_statements(text) : { effect = statement.effect }
    ]])
    denies = length(local.statements) > 0 && alltrue([for statement in local.statements : statement.effect == "Deny"])
  }
  require = (self.user == null && length(self.users) == 0) || local.denies == true
  message = "${self.address} gives rights to a single user"
}
