# A range of many foreign addresses is nearly as open as the whole internet, and no rule about 0.0.0.0/0 sees it. Wide is
# more than a /24 of IPv4, or more than a /32 of IPv6, which a provider gets for all of its customers. The web ports may be
# open to everybody, and so to a part. Whose a range is, is not in the code: those that were agreed on stand in the setting
# allowed_cidrs, and managed prefix lists name theirs. The world itself is other rules' business. Only a person knows the
# ranges that need it, so there is no fix.
rule {
  title    = "Security groups do not admit very large public ranges"
  severity = "low"
  resource = [
    "aws_security_group",
    "aws_default_security_group",
    "aws_security_group_rule",
    "aws_vpc_security_group_ingress_rule",
  ]
  aliases = ["ec2_securitygroup_allow_wide_open_public_ipv4"]
  criteria = {
    "CC6.6" = "Who can reach a port from outside is a small and known group."
    "CC6.1" = "Services are not exposed to networks of strangers."
  }
  locals {
    # What an owner of public addresses is not: private, shared, local and benchmark ranges, each down from its own size.
    private = join("|", [
      "^(10|127)[.].*/([89]|[12][0-9]|3[0-2])$",
      "^172[.](1[6-9]|2[0-9]|3[01])[.].*/(1[2-9]|2[0-9]|3[0-2])$",
      "^(192[.]168|169[.]254)[.].*/(1[6-9]|2[0-9]|3[0-2])$",
      "^100[.](6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])[.].*/(1[0-9]|2[0-9]|3[0-2])$",
      "^198[.]1[89][.].*/(1[5-9]|2[0-9]|3[0-2])$",
      # Unique local and link-local addresses.
      "^[fF][cCdDeE].*:",
    ])
    wide = "[.].*/([1-9]|1[0-9]|2[0-3])$|:.*/([1-9]|[12][0-9]|3[01])$"
    # The address may be known to nobody yet.
    narrow  = ["/32", "/48", "/56", "/64", "/128"]
    allowed = concat(setting.allowed_cidrs, [])
    web     = concat([80, 443], setting.public_ports)
  }
  applies = self.type != "egress" && !(self.from_port == self.to_port && contains(local.web, self.from_port))
  # In turn: rules inside the group, and those that are resources of their own.
  require = (
    alltrue([for rule in self.ingress : alltrue([for range in flatten(concat(rule.cidr_blocks, rule.ipv6_cidr_blocks)) : (
      anytrue([for bits in local.narrow : endswith(range, bits)])
      || length(regexall(local.wide, range)) == 0
      || length(regexall(local.private, range)) > 0
      || contains(local.allowed, range)
    )]) if !(rule.from_port == rule.to_port && contains(local.web, rule.from_port))])
    && alltrue([for range in flatten(concat(self.cidr_blocks, self.ipv6_cidr_blocks)) : (
      anytrue([for bits in local.narrow : endswith(range, bits)])
      || length(regexall(local.wide, range)) == 0
      || length(regexall(local.private, range)) > 0
      || contains(local.allowed, range)
    )])
    && (
      endswith(self.cidr_ipv4, "/32")
      || length(regexall(local.wide, self.cidr_ipv4 == null ? "" : self.cidr_ipv4)) == 0
      || length(regexall(local.private, self.cidr_ipv4 == null ? "" : self.cidr_ipv4)) > 0
      || contains(local.allowed, self.cidr_ipv4)
    )
    && (
      anytrue([for bits in local.narrow : endswith(self.cidr_ipv6, bits)])
      || length(regexall(local.wide, self.cidr_ipv6 == null ? "" : self.cidr_ipv6)) == 0
      || length(regexall(local.private, self.cidr_ipv6 == null ? "" : self.cidr_ipv6)) > 0
      || contains(local.allowed, self.cidr_ipv6)
    )
  )
  message = "${self.address} lets in a public range of over 256 addresses (IPv6: over a /32); the setting allowed_cidrs names those that were agreed on"
}
