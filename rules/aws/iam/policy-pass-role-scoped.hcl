# Whoever may pass every role runs code under any of them. A condition on the service that gets the role still lets any
# role be passed, so it does not help. Only a person knows the role that is meant, so there is no fix.
rule {
  title    = "IAM policy passes named roles only"
  severity = "high"
  resource = ["aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy", "aws_iam_role"]
  aliases  = ["AVD-AWS-0342"]
  criteria = {
    "CC6.3" = "A workload runs under the role approved for it, not under any other."
    "CC6.1" = "Rights of other roles can't be taken by passing them on."
  }
  locals {
    texts = concat([self.policy], [for inline in self.inline_policy : inline.policy])
  }
  applies = only_bounds() == false
  # Asked is for a role that no policy names, once more behind a mark: there the ARN of one resource is a text like any
  # other. What other rules report (every action, and NotAction) is left to them.
  require = alltrue([for text in local.texts : alltrue([for statement in policy_statements(text) : (
    length(statement.not_actions) > 0
    || contains(statement.actions, "*")
    || alltrue([for resource in statement.resources : (
      policy_allows({ Statement = { Effect = statement.effect, Action = statement.actions, Resource = resource } }, "iam:PassRole", "arn:aws:iam::000000000000:role/any") == false
      || policy_allows({ Statement = { Effect = statement.effect, Action = statement.actions, Resource = "${resource}|" } }, "iam:PassRole", "arn:aws:iam::000000000000:role/any|") == false
    )])
  )])])
  message = "${self.address} allows passing any role"
}
