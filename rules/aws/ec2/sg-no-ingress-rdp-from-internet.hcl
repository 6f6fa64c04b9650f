# Exposed remote desktop is the most frequent way in for ransomware.
rule {
  title    = "Security groups keep RDP (3389) closed to the internet"
  severity = "high"
  resource = [
    "aws_security_group",
    "aws_default_security_group",
    "aws_security_group_rule",
    "aws_vpc_security_group_ingress_rule",
  ]
  aliases = [
    "CKV_AWS_25",
    "AVD-AWS-0107",
    "aws-ec2-no-public-ingress-sgr",
    "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_3389",
    "ec2_instance_port_rdp_exposed_to_internet",
    "vpc_security_group_restrict_ingress_common_ports_all",
  ]
  criteria = {
    "CC6.6" = "RDP can't be reached from outside the network boundary."
    "CC6.1" = "Administrative access goes through a controlled path."
  }
  locals {
    # What a fix leaves open: the ranges that are none of the world, and those that the settings allow.
    open = [for rule in self.ingress : {
      from_port = rule.from_port
      to_port   = rule.to_port
      protocol  = rule.protocol
      ranges    = distinct(concat([for range in rule.cidr_blocks : range if is_world([range]) == false], setting.allowed_cidrs))
    } if world_reaches_port(rule, 3389) == true]
    ranges = distinct(concat([for range in self.cidr_blocks : range if is_world([range]) == false], setting.allowed_cidrs))
  }
  # In turn: rules inside the group, and those that are resources of their own.
  require = (
    alltrue([for rule in self.ingress : world_reaches_port(rule, 3389) == false])
    && world_reaches_port(self, 3389) == false
  )
  message = "${self.address} lets anyone on the internet reach RDP (port 3389)"
  fix {
    title         = "Let only the allowed ranges through ${self.address}"
    applicability = "review"
    caution       = "Who comes from elsewhere, IPv6 included, can no longer connect: allowed_cidrs has to name all who should."
  }
}
