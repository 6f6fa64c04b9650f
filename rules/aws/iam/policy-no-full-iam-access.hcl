# Full control over IAM is administrator access under another name: its holder can attach any policy. What may be managed
# is a person's decision, so there is no fix.
rule {
  title    = "IAM policy does not grant all IAM actions"
  severity = "high"
  resource = ["aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy", "aws_iam_role"]
  aliases  = ["CKV2_AWS_40"]
  criteria = {
    "CC6.3" = "Rights to give rights are limited to what is needed."
    "CC6.1" = "Nobody widens their own access."
    "CC5.2" = "Control over access stays with those in charge of it."
  }
  locals {
    texts = concat([self.policy], [for inline in self.inline_policy : inline.policy])
    # Without what other rules report (every action, and NotAction), and without what a condition narrows.
    policies = [for text in local.texts : {
      Statement = [for statement in policy_statements(text) : {
        Effect      = statement.effect
        Action      = statement.actions
        Resource    = statement.resources
        NotResource = statement.not_resources
      } if length(statement.conditions) == 0 && length(statement.not_actions) == 0 && !contains(statement.actions, "*")]
    }]
  }
  applies = only_bounds() == false
  # The second resource is covered only by a pattern over all of IAM.
  require = alltrue([for policy in local.policies : (
    policy_allows(policy, "iam:*", "*") == false
    && policy_allows(policy, "iam:*", "arn:aws:iam::000000000000:any") == false
  )])
  message = "${self.address} allows every IAM action"
}
