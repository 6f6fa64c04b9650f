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
  # In turn: rules inside the group, the older rule resource, the newer one.
  require = (
    alltrue([for rule in self.ingress : !(
      (is_world(rule.cidr_blocks) == true || is_world(rule.ipv6_cidr_blocks) == true)
      && port_open(rule.from_port, rule.to_port, rule.protocol, 3389) == true
    )])
    && !(
      is_world(self.cidr_blocks) == true
      && self.type == "ingress"
      && port_open(self.from_port, self.to_port, self.protocol, 3389) == true
    )
    && !(
      is_world(self.ipv6_cidr_blocks) == true
      && self.type == "ingress"
      && port_open(self.from_port, self.to_port, self.protocol, 3389) == true
    )
    && !(
      is_world(self.cidr_ipv4) == true
      && port_open(self.from_port, self.to_port, self.ip_protocol, 3389) == true
    )
    && !(
      is_world(self.cidr_ipv6) == true
      && port_open(self.from_port, self.to_port, self.ip_protocol, 3389) == true
    )
  )
  message = "${self.address} lets anyone on the internet reach RDP (port 3389)"
}
