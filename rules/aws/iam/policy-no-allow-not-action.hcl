# Allowing all but a list gives each new service of AWS away unseen, and nobody can show what was approved. The list that
# is meant has to be written by a person, so there is no fix.
rule {
  title    = "IAM Allow statement names what it allows"
  severity = "high"
  resource = ["aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy", "aws_iam_role"]
  aliases  = ["AVD-AWS-0057", "aws-iam-no-policy-wildcards"]
  criteria = {
    "CC6.3" = "What was approved can be read from the policy."
    "CC6.1" = "New services are not open before somebody decided so."
  }
  locals {
    texts = concat([self.policy], [for inline in self.inline_policy : inline.policy])
  }
  applies = only_bounds() == false
  # On named resources NotAction is limited by them.
  require = alltrue([for text in local.texts : alltrue([for statement in policy_statements(text) : (
    statement.effect != "Allow"
    || (
      (length(statement.not_actions) == 0 || (
        length(statement.not_resources) == 0
        && alltrue([for resource in statement.resources : jsonencode(resource) != "\"*\""])
      ))
      && (length(statement.not_resources) == 0 || alltrue([for action in statement.actions : (
        length(regexall("[*]\"$", jsonencode(action))) == 0
      )]))
    )
  )])])
  message = "${self.address} allows everything but a list"
}
