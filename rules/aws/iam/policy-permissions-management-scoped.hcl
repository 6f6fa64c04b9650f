# Whoever may change permissions anywhere goes round the approval of access. What a condition narrows is not reported. Only
# a person knows who administers access, so there is no fix.
rule {
  title    = "IAM policy scopes actions that change permissions"
  severity = "high"
  resource = ["aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy", "aws_iam_role"]
  aliases  = ["CKV_AWS_109", "CKV_AWS_289"]
  criteria = {
    "CC6.3" = "Only those in charge of access can change it."
    "CC6.1" = "Protection of data can't be undone by an ordinary role."
    "CC6.2" = "Access is given through an approved way."
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
    actions = [
      "iam:AttachUserPolicy",
      "iam:AttachGroupPolicy",
      "iam:AttachRolePolicy",
      "iam:PutUserPolicy",
      "iam:PutGroupPolicy",
      "iam:PutRolePolicy",
      "iam:CreatePolicy",
      "iam:CreatePolicyVersion",
      "iam:UpdateAssumeRolePolicy",
      "iam:DeleteRolePermissionsBoundary",
      "iam:PutRolePermissionsBoundary",
      "s3:PutBucketPolicy",
      "s3:PutBucketAcl",
      "s3:PutObjectAcl",
      "s3:PutBucketPublicAccessBlock",
      "s3:PutAccountPublicAccessBlock",
      "kms:PutKeyPolicy",
      "kms:CreateGrant",
      "lambda:AddPermission",
      "sqs:SetQueueAttributes",
      "sqs:AddPermission",
      "sns:AddPermission",
      "sns:SetTopicAttributes",
      "secretsmanager:PutResourcePolicy",
      "ecr:SetRepositoryPolicy",
      "ec2:ModifyImageAttribute",
      "ec2:ModifySnapshotAttribute",
      "rds:ModifyDBSnapshotAttribute",
      "ram:CreateResourceShare",
      "ssm:ModifyDocumentPermission",
      "organizations:AttachPolicy",
      "organizations:CreatePolicy",
      "organizations:DeletePolicy",
      "organizations:DetachPolicy",
      "organizations:UpdatePolicy",
    ]
  }
  applies = only_bounds() == false
  require = alltrue([for policy in local.policies : (
    alltrue([for action in local.actions : policy_allows(policy, action, "*") == false])
  )])
  message = "${self.address} allows changing permissions of any resource"
}
