# What is open to everybody should be the web ports, and those that somebody decided on: the setting public_ports
# lists them. Ports that a rule of their own covers are left to it.
rule {
  title    = "Security groups open only web ports to the internet"
  severity = "medium"
  resource = [
    "aws_security_group",
    "aws_default_security_group",
    "aws_security_group_rule",
    "aws_vpc_security_group_ingress_rule",
  ]
  aliases = [
    "ec2_securitygroup_allow_ingress_from_internet_to_any_port",
    "vpc_security_group_restrict_ingress_tcp_udp_all",
  ]
  criteria = {
    "CC6.6" = "Only ports that were decided on can be reached from outside."
    "CC5.1" = "Exceptions at the boundary are chosen, not grown."
  }
  locals {
    reported = [
      22, 3389, 1433, 1434, 1521, 2483, 2484, 3306, 5432, 5439, 6379, 6380, 7000, 7001, 7199,
      8086, 8123, 9042, 9160, 9092, 9093, 9094, 9095, 9096, 9097, 9098, 9200, 9300, 5601, 11211,
      27017, 27018, 27019, 27020, 28015, 50000, 26257, 7474, 7687, 8182, 20, 21, 23, 25, 53, 69,
      110, 111, 135, 137, 138, 139, 143, 161, 389, 445, 512, 513, 514, 636, 873, 1099, 2049,
      2181, 2375, 2376, 2379, 2380, 3020, 4505, 4506, 5000, 5500, 5555, 5800, 5900, 5901, 5902,
      5903, 5985, 5986, 6000, 6443, 7077, 8000, 8080, 8088, 8140, 8161, 8200, 8500, 8888, 9000,
      9090, 10250, 10255, 15672, 61616, 61621,
    ]
    public = concat([80, 443], setting.public_ports)
    # All protocols are left to another rule, ICMP has no ports.
    others = ["-1", "all", "icmp", "icmpv6", "1", "58"]
  }
  applies = self.type != "egress"
  require = (
    alltrue([for rule in self.ingress : (
      (is_world(rule.cidr_blocks) == false && is_world(rule.ipv6_cidr_blocks) == false)
      || contains(local.others, rule.protocol)
      || coalesce(rule.to_port, 0) - coalesce(rule.from_port, 0) >= 32767
      || (rule.from_port == rule.to_port && contains(local.public, rule.from_port))
      || anytrue([for port in local.reported : world_reaches_port(rule, port) == true])
    )])
    && (
      (
        is_world(self.cidr_blocks) == false
        && is_world(self.ipv6_cidr_blocks) == false
        && is_world(self.cidr_ipv4) == false
        && is_world(self.cidr_ipv6) == false
      )
      || contains(local.others, self.protocol)
      || contains(local.others, self.ip_protocol)
      || coalesce(self.to_port, 0) - coalesce(self.from_port, 0) >= 32767
      || (self.from_port == self.to_port && contains(local.public, self.from_port))
      || anytrue([for port in local.reported : world_reaches_port(self, port) == true])
    )
  )
  message = "${self.address} opens a port that is no web port to the internet"
}
