# Whoever may assume every role that trusts the account reaches all of their rights. A condition, such as one on an
# organisation or an external id, narrows it. Only a person knows which roles are meant, so there is no fix.
rule {
  title    = "IAM policy does not allow assuming any role"
  severity = "high"
  resource = ["aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy", "aws_iam_role"]
  aliases  = ["iam_no_custom_policy_permissive_role_assumption"]
  criteria = {
    "CC6.3" = "Rights of other roles are reached only by name."
    "CC6.1" = "Access stays within what was approved for the identity."
  }
  locals {
    texts = concat([self.policy], [for inline in self.inline_policy : inline.policy])
  }
  applies = only_bounds() == false
  # Asked is for a role that no policy names, once more behind a mark: there the ARN of one resource is a text like any
  # other. What other rules report (every action, and NotAction) is left to them.
  require = alltrue([for text in local.texts : alltrue([for statement in policy_statements(text) : (
    length(statement.conditions) > 0
    || length(statement.not_actions) > 0
    || contains(statement.actions, "*")
    || alltrue([for resource in statement.resources : (
      policy_allows({ Statement = { Effect = statement.effect, Action = statement.actions, Resource = resource } }, "sts:AssumeRole", "arn:aws:iam::000000000000:role/any") == false
      || policy_allows({ Statement = { Effect = statement.effect, Action = statement.actions, Resource = "${resource}|" } }, "sts:AssumeRole", "arn:aws:iam::000000000000:role/any|") == false
    )])
  )])])
  message = "${self.address} allows assuming any role"
}
