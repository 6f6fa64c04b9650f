# The reason next to each opening is what a review of the firewall looks at. Made-up texts would defeat it, and a
# changed description of the group replaces the group, so there is no fix.
rule {
  title    = "Security group and its rules say what they are for"
  severity = "low"
  resource = [
    "aws_security_group",
    "aws_security_group_rule",
    "aws_vpc_security_group_ingress_rule",
    "aws_vpc_security_group_egress_rule",
  ]
  aliases = [
    "CKV_AWS_23",
    "AVD-AWS-0099",
    "AVD-AWS-0124",
    "aws-ec2-add-description-to-security-group",
    "aws-ec2-add-description-to-security-group-rule",
    "aws-vpc-add-description-to-security-group",
    "aws-vpc-add-description-to-security-group-rule",
  ]
  criteria = {
    "CC5.1" = "Each opening names the need that it serves."
    "CC8.1" = "Reviewers of a change can see why an opening is made."
  }
  require = (
    self.description != null
    && self.description != ""
    && self.description != "Managed by Terraform"
    && alltrue([for rule in self.ingress : rule.description != null && rule.description != ""])
    && alltrue([for rule in self.egress : rule.description != null && rule.description != ""])
  )
  message = "${self.address} does not say what it, or one of its rules, is for"
}
