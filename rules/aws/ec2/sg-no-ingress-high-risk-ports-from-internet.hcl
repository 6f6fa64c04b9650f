# Administration, file sharing and cluster interfaces were made for inner networks; many ask for no password at all.
rule {
  title    = "Security groups do not open high-risk ports to the internet"
  severity = "high"
  resource = [
    "aws_security_group",
    "aws_default_security_group",
    "aws_security_group_rule",
    "aws_vpc_security_group_ingress_rule",
  ]
  aliases = [
    "ec2_securitygroup_allow_ingress_from_internet_to_high_risk_tcp_ports",
    "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_ftp_20_21",
    "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_telnet_23",
    "ec2_instance_port_cifs_exposed_to_internet",
    "ec2_instance_port_ldap_exposed_to_internet",
    "ec2_instance_port_kerberos_exposed_to_internet",
    "ec2_instance_port_ftp_exposed_to_internet",
    "ec2_instance_port_telnet_exposed_to_internet",
    "vpc_security_group_restrict_ingress_common_ports_all",
  ]
  criteria = {
    "CC6.6" = "Inner interfaces can't be reached from outside the network boundary."
    "CC6.1" = "Administrative access goes through a controlled path."
  }
  locals {
    ports = [
      20, 21, 23, 25, 53, 69, 110, 111, 135, 137, 138, 139, 143, 161, 389, 445, 512, 513, 514,
      636, 873, 1099, 2049, 2181, 2375, 2376, 2379, 2380, 3020, 4505, 4506, 5000, 5500, 5555,
      5800, 5900, 5901, 5902, 5903, 5985, 5986, 6000, 6443, 7077, 8000, 8080, 8088, 8140, 8161,
      8200, 8500, 8888, 9000, 9090, 10250, 10255, 15672, 61616, 61621,
    ]
    # What a fix leaves open: the ranges that are none of the world, and those that the settings allow.
    open = [for rule in self.ingress : {
      from_port = rule.from_port
      to_port   = rule.to_port
      protocol  = rule.protocol
      ranges    = distinct(concat([for range in rule.cidr_blocks : range if is_world([range]) == false], setting.allowed_cidrs))
    } if anytrue([for port in local.ports : world_reaches_port(rule, port) == true])]
    ranges = distinct(concat([for range in self.cidr_blocks : range if is_world([range]) == false], setting.allowed_cidrs))
  }
  require = (
    alltrue([for rule in self.ingress : alltrue([for port in local.ports : world_reaches_port(rule, port) == false])])
    && alltrue([for port in local.ports : world_reaches_port(self, port) == false])
  )
  message = "${self.address} lets anyone on the internet reach a port for administration, files or clusters"
  fix {
    title         = "Let only the allowed ranges through ${self.address}"
    applicability = "review"
    caution       = "Who comes from elsewhere, IPv6 included, can no longer connect: allowed_cidrs has to name all who should."
  }
}
