# IAMFullAccess is administrator access under another name: its holder can attach any policy. Which calls are needed is a
# person's decision, so there is no fix.
rule {
  title    = "IAMFullAccess is not attached"
  severity = "high"
  resource = [
    "aws_iam_role_policy_attachment",
    "aws_iam_user_policy_attachment",
    "aws_iam_group_policy_attachment",
    "aws_iam_policy_attachment",
    "aws_iam_role_policy_attachments_exclusive",
    "aws_iam_role",
    "aws_ssoadmin_managed_policy_attachment",
  ]
  aliases = ["CKV2_AWS_56"]
  criteria = {
    "CC6.3" = "Rights to give rights are limited to what is needed."
    "CC6.1" = "Nobody widens their own access."
  }
  locals {
    arns = flatten([self.policy_arn, self.managed_policy_arn, self.managed_policy_arns, self.policy_arns])
  }
  applies = length([for arn in local.arns : arn if arn != null]) > 0
  require = alltrue([for arn in local.arns : attached_policy(arn).managed != "IAMFullAccess"])
  message = "${self.address} gives full control over IAM"
}
