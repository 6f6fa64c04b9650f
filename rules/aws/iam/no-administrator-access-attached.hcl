# Standing administrator rights are the first thing that an auditor samples. Permission sets for emergencies can be named in
# the setting `admin_permission_sets`. Which rights are needed is a person's decision, so there is no fix.
rule {
  title    = "AdministratorAccess is not attached"
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
  aliases = [
    "CKV_AWS_274",
    "CKV_AWS_275",
    "iam_aws_attached_policy_no_administrative_privileges",
    "iam_role_administratoraccess_policy",
    "iam_user_administrator_access_policy",
    "iam_group_administrator_access_policy",
  ]
  criteria = {
    "CC6.3" = "Rights follow least privilege instead of covering everything."
    "CC1.3" = "Duties stay separate because nobody holds all rights all the time."
    "CC6.1" = "Access is limited to what a role or a person needs."
  }
  locals {
    arns      = flatten([self.policy_arn, self.managed_policy_arn, self.managed_policy_arns, self.policy_arns])
    emergency = anytrue([for set in referred("permission_set_arn") : contains(setting.admin_permission_sets, set.name)])
  }
  applies = length([for arn in local.arns : arn if arn != null]) > 0
  require = (
    local.emergency == true
    || alltrue([for arn in local.arns : attached_policy(arn).managed != "AdministratorAccess"])
  )
  message = "${self.address} gives standing administrator rights"
}
