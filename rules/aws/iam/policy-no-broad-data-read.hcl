# A role that reads every bucket, parameter or secret is the shortest way out for confidential data. What a condition
# narrows is not reported. Only a person knows what has to be read, so there is no fix.
rule {
  title    = "IAM policy does not allow reading all stored data"
  severity = "medium"
  resource = ["aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy", "aws_iam_role"]
  aliases  = ["CKV_AWS_108", "CKV_AWS_288"]
  criteria = {
    "C1.1"  = "Confidential data is read only by roles that need it."
    "CC6.1" = "Access to stored data is limited to named stores."
    "CC6.3" = "Rights to read follow the duty of a role."
    "P4.1"  = "Personal data is used only where its purpose asks for it."
  }
  locals {
    texts = concat([self.policy], [for inline in self.inline_policy : inline.policy])
    # Each action, and a resource that only a pattern over all of them covers.
    reads = [
      ["s3:GetObject", "arn:aws:s3:::any/any"],
      ["s3:GetObjectVersion", "arn:aws:s3:::any/any"],
      ["ssm:GetParameter", "arn:aws:ssm:any:000000000000:parameter/any"],
      ["ssm:GetParameters", "arn:aws:ssm:any:000000000000:parameter/any"],
      ["ssm:GetParametersByPath", "arn:aws:ssm:any:000000000000:parameter/any"],
      ["secretsmanager:GetSecretValue", "arn:aws:secretsmanager:any:000000000000:secret:any"],
      ["dynamodb:Scan", "arn:aws:dynamodb:any:000000000000:table/any"],
      ["dynamodb:Query", "arn:aws:dynamodb:any:000000000000:table/any"],
      ["dynamodb:ExportTableToPointInTime", "arn:aws:dynamodb:any:000000000000:table/any"],
      ["rds-data:ExecuteStatement", "*"],
      ["rds:StartExportTask", "*"],
      ["rds:CopyDBSnapshot", "*"],
      ["rds:ModifyDBSnapshotAttribute", "*"],
      ["ec2:ModifySnapshotAttribute", "*"],
      ["athena:GetQueryResults", "*"],
    ]
  }
  applies = only_bounds() == false
  # Asked once more behind a mark: there the ARN of one resource is a text like any other. What other rules report
  # (every action, and NotAction) is left to them.
  require = alltrue([for text in local.texts : alltrue([for statement in policy_statements(text) : (
    length(statement.conditions) > 0
    || length(statement.not_actions) > 0
    || contains(statement.actions, "*")
    || alltrue([for resource in statement.resources : alltrue([for read in local.reads : (
      policy_allows({ Statement = { Effect = statement.effect, Action = statement.actions, Resource = resource } }, read[0], read[1]) == false
      || policy_allows({ Statement = { Effect = statement.effect, Action = statement.actions, Resource = "${resource}|" } }, read[0], "${read[1]}|") == false
    )])])
  )])])
  message = "${self.address} allows reading all data of a service"
}
