# A workload that may write to every queue, table or bucket can spoil the data of all the others. Judged are common actions
# that change something and can be limited to a resource. Conditions count as a limit. Which resources are meant is
# known to a person only, so there is no fix.
rule {
  title    = "IAM policy limits write actions to named resources"
  severity = "low"
  resource = [
    "aws_iam_policy",
    "aws_iam_role_policy",
    "aws_iam_user_policy",
    "aws_iam_group_policy",
    "aws_iam_role",
  ]
  aliases = ["CKV_AWS_111", "CKV_AWS_290", "CKV_AWS_355", "CKV_AWS_356"]
  criteria = {
    "CC6.3" = "A workload changes what belongs to it, and nothing else."
    "CC6.1" = "Data of other systems can't be altered with this right."
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
      "s3:PutObject", "s3:DeleteObject", "s3:DeleteBucket", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem",
      "dynamodb:DeleteTable", "sqs:SendMessage", "sqs:DeleteMessage", "sqs:PurgeQueue", "sns:Publish", "lambda:InvokeFunction",
      "lambda:UpdateFunctionCode", "kinesis:PutRecord", "firehose:PutRecord", "secretsmanager:PutSecretValue",
      "secretsmanager:DeleteSecret", "ssm:PutParameter", "ssm:DeleteParameter", "kms:Encrypt", "kms:ScheduleKeyDeletion",
      "ec2:TerminateInstances", "ec2:StopInstances", "ec2:DeleteVolume", "rds:DeleteDBInstance", "rds:ModifyDBInstance",
      "ecr:PutImage", "ecr:BatchDeleteImage", "ecs:UpdateService", "states:StartExecution", "events:PutEvents",
      "es:ESHttpPut", "elasticfilesystem:ClientWrite", "cloudformation:DeleteStack", "backup:DeleteRecoveryPoint",
    ]
  }
  applies = only_bounds() == false
  require = alltrue([for policy in local.policies : (
    alltrue([for action in local.actions : policy_allows(policy, action, "*") == false])
  )])
  message = "${self.address} allows changing any resource of a service; the statement should name the resources"
}
