# Open egress is the way out for stolen data and the way to a command server. Rules for single ports pass; a group that
# Terraform manages has no egress unless it is declared. Only a person knows the destinations, so there is no fix.
rule {
  title    = "Security group limits what it lets out"
  severity = "low"
  resource = ["aws_security_group", "aws_security_group_rule", "aws_vpc_security_group_egress_rule"]
  aliases = [
    "CKV_AWS_382",
    "AVD-AWS-0104",
    "aws-ec2-no-public-egress-sgr",
    "aws-vpc-no-public-egress-sgr",
  ]
  criteria = {
    "CC6.6" = "Workloads can't talk to any place on the internet."
    "CC6.7" = "Data can leave only the ways that it has to."
  }
  applies = length(self.egress) > 0 || self.type == "egress" || self.ip_protocol != null
  # In turn: rules inside the group, a rule of the older kind, one of the newer kind.
  require = (
    alltrue([for rule in self.egress : !(world_reaches_port(rule, 1) && world_reaches_port(rule, 65535))])
    && !(
      (is_world(self.cidr_blocks) || is_world(self.ipv6_cidr_blocks))
      && port_open(self.from_port, self.to_port, self.protocol, 1)
      && port_open(self.from_port, self.to_port, self.protocol, 65535)
    )
    && !(world_reaches_port(self, 1) && world_reaches_port(self, 65535))
  )
  message = "${self.address} lets everything out to the whole internet"
}
