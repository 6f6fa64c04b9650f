# A rule for all ports opens also those that nobody thought of, now and later.
rule {
  title    = "Security groups do not open all ports to the internet"
  severity = "critical"
  resource = [
    "aws_security_group",
    "aws_default_security_group",
    "aws_security_group_rule",
    "aws_vpc_security_group_ingress_rule",
  ]
  aliases = [
    "CKV_AWS_277",
    "CKV2_AWS_7",
    "ec2_securitygroup_allow_ingress_from_internet_to_all_ports",
    "vpc_security_group_restrict_ingress_tcp_udp_all",
  ]
  criteria = {
    "CC6.6" = "Only chosen ports can be reached from outside the boundary."
    "CC6.1" = "Services are not exposed by accident."
  }
  # A range of half of all ports, wherever it begins, holds the middle one.
  locals {
    # What a fix leaves open: the ranges that are none of the world, and those that the settings allow.
    open = [for rule in self.ingress : {
      from_port = rule.from_port
      to_port   = rule.to_port
      protocol  = rule.protocol
      ranges    = distinct(concat([for range in rule.cidr_blocks : range if is_world([range]) == false], setting.allowed_cidrs))
    } if world_reaches_port(rule, 32767) == true]
    ranges = distinct(concat([for range in self.cidr_blocks : range if is_world([range]) == false], setting.allowed_cidrs))
  }
  require = (
    alltrue([for rule in self.ingress : (
      world_reaches_port(rule, 32767) == false
      || (contains(["-1", "all"], rule.protocol) == false && coalesce(rule.to_port, 0) - coalesce(rule.from_port, 0) < 32767)
    )])
    && (
      world_reaches_port(self, 32767) == false
      || (
        contains(["-1", "all"], self.protocol) == false
        && contains(["-1", "all"], self.ip_protocol) == false
        && coalesce(self.to_port, 0) - coalesce(self.from_port, 0) < 32767
      )
    )
  )
  message = "${self.address} opens all ports to the internet"
  fix {
    title         = "Let only the allowed ranges through ${self.address}"
    applicability = "review"
    caution       = "Who comes from elsewhere, IPv6 included, can no longer connect: allowed_cidrs has to name all who should."
  }
}
