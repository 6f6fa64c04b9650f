# The default group lets its members talk to each other and to everywhere, and whatever names no group lands in it.
# Terraform empties it when it adopts it.
rule {
  title    = "Default security group of each VPC allows nothing"
  severity = "high"
  resource = ["aws_vpc"]
  aliases = [
    "CKV2_AWS_12",
    "AVD-AWS-0173",
    "ec2_securitygroup_default_restrict_traffic",
    "vpc_default_security_group_restricts_all_traffic",
  ]
  criteria = {
    "CC6.1" = "Nothing gets access by having been given no group."
    "CC6.6" = "Traffic is allowed by rules that somebody wrote."
  }
  locals {
    groups = referrers("aws_default_security_group", "vpc_id")
    # Rules that name the default group which the VPC exports, or the resource that stands for it.
    added = concat(
      referrers("aws_security_group_rule", "security_group_id"),
      referrers("aws_vpc_security_group_ingress_rule", "security_group_id"),
      referrers("aws_vpc_security_group_egress_rule", "security_group_id"),
      flatten([for group in local.groups : concat(
        referrers("aws_security_group_rule", "security_group_id", group),
        referrers("aws_vpc_security_group_ingress_rule", "security_group_id", group),
        referrers("aws_vpc_security_group_egress_rule", "security_group_id", group),
      )]),
    )
  }
  require = (
    length(local.groups) > 0
    && alltrue([for group in local.groups : length(group.ingress) == 0 && length(group.egress) == 0])
    && length(local.added) == 0
  )
  message = "${self.address} has a default security group that allows traffic"
  fix {
    title         = "Close the default security group of ${self.address}"
    applicability = "review"
    caution       = "What still uses the default group loses its connections."
  }
}
