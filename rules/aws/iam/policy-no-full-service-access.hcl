# A grant over a whole service and all its resources is why an access review can't show that data sets or environments are
# kept apart. What a condition narrows is not reported. Only a person knows the operations needed, so there is no fix.
rule {
  title    = "IAM policy does not grant full access to a sensitive service"
  severity = "medium"
  resource = ["aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy", "aws_iam_role"]
  aliases = [
    "AVD-AWS-0345",
    "iam_policy_no_full_access_to_kms",
    "iam_inline_policy_no_full_access_to_kms",
    "iam_policy_no_wildcard_marketplace_subscribe",
    "iam_inline_policy_no_wildcard_marketplace_subscribe",
  ]
  criteria = {
    "CC6.3" = "Rights name the operations and resources a duty needs."
    "CC6.1" = "Access to sensitive services is limited."
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
    services = [
      "s3", "kms", "secretsmanager", "ssm", "ec2", "rds", "dynamodb", "lambda", "sts", "organizations", "sso",
      "cloudtrail", "config", "guardduty", "securityhub", "logs", "ecr", "eks", "sqs", "sns", "cloudformation",
      "route53", "bedrock", "aws-marketplace",
    ]
  }
  applies = only_bounds() == false
  require = alltrue([for policy in local.policies : (
    alltrue([for service in local.services : policy_allows(policy, "${service}:*", "*") == false])
    && policy_allows(policy, "aws-marketplace:Subscribe", "*") == false
  )])
  message = "${self.address} allows everything in a sensitive service"
}
