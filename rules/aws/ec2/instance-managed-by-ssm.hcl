# Machines that Systems Manager can't reach are patched by hand, if at all, and need an open port for administration.
# Judged on the role that an instance profile hands to machines.
rule {
  title    = "EC2 instances can be managed by Systems Manager"
  severity = "medium"
  resource = ["aws_iam_role"]
  aliases  = ["ec2_instance_managed_by_ssm", "ec2_instance_ssm_managed"]
  criteria = {
    "CC7.1" = "Machines can be patched and their state can be read."
    "CC3.2" = "What runs on the machines is known."
    "CC6.1" = "Administration goes through a controlled path, not an open port."
  }
  locals {
    managed = ["AmazonSSMManagedInstanceCore", "AmazonEC2RoleforSSM", "AmazonSSMManagedEC2InstanceDefaultPolicy"]
    attached = flatten(concat(
      [for attachment in referrers("aws_iam_role_policy_attachment", "role") : attachment.policy_arn],
      [for attachment in referrers("aws_iam_role_policy_attachments_exclusive", "role_name") : attachment.policy_arns],
      [for attachment in referrers("aws_iam_policy_attachment", "roles") : attachment.policy_arn],
      [self.managed_policy_arns],
    ))
    inline = concat(
      [for policy in referrers("aws_iam_role_policy", "role") : policy.policy],
      [for policy in self.inline_policy : policy.policy],
    )
    host = anytrue([for setting in resources("aws_ssm_service_setting") : strcontains(setting.setting_id, "default-ec2-instance-management-role")])
  }
  # A role that machines can't assume is none of theirs, whatever profile holds it.
  applies = (
    length(referrers("aws_iam_instance_profile", "role")) > 0
    && alltrue([
      for statement in policy_statements(self.assume_role_policy) : alltrue([
        for principal in statement.principals : principal.type != "Service"
      ])
    ]) == false
    # An attachment whose role is not known may be one of this role.
    && alltrue([for attachment in resources("aws_iam_role_policy_attachment") : attachment.role == null || attachment.role != null])
  )
  require = (
    anytrue([for arn in local.attached : (
      contains(local.managed, attached_policy(arn).managed)
      || policy_allows(attached_policy(arn).text, "ssm:UpdateInstanceInformation", "*") == true
    )])
    || anytrue([for text in local.inline : policy_allows(text, "ssm:UpdateInstanceInformation", "*") == true])
    || local.host == true
  )
  message = "${self.address} does not let Systems Manager manage its machines"
  fix {
    title         = "Let Systems Manager manage the machines of ${self.address}"
    applicability = "review"
    caution       = "People with the right to start sessions can then work on these machines."
  }
}
