# A range of thousands of addresses of a provider is open to every customer of it, though it looks like a restriction.
rule {
  title    = "Security groups do not admit very large public ranges"
  severity = "medium"
  resource = [
    "aws_security_group",
    "aws_default_security_group",
    "aws_security_group_rule",
    "aws_vpc_security_group_ingress_rule",
  ]
  aliases = ["ec2_securitygroup_allow_wide_open_public_ipv4"]
  criteria = {
    "CC6.6" = "The boundary is opened to named networks only."
    "CC6.1" = "Access from outside is limited to who needs it."
  }
  locals {
    private = "^(10\\.|127\\.|169\\.254\\.|192\\.168\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\\.)"
    # Shorter than /24 of IPv4, than /32 of IPv6; the whole world is left to other rules.
    wide4 = "^[0-9.]+/([1-9]|1[0-9]|2[0-3])$"
    wide6 = "^[23][0-9a-fA-F:]*/([1-9]|[12][0-9]|3[01])$"
    web   = [80, 443]
    mine  = self.type == "egress" ? [] : concat(self.cidr_blocks, self.ipv6_cidr_blocks, [self.cidr_ipv4, self.cidr_ipv6])
  }
  require = (
    alltrue([for rule in self.ingress : (
      (rule.from_port == rule.to_port && contains(local.web, rule.from_port))
      || is_world(rule.cidr_blocks) == true
      || alltrue([for cidr in concat(rule.cidr_blocks, rule.ipv6_cidr_blocks) : (
        cidr == null
        || length(regexall(local.private, cidr)) > 0
        || (length(regexall(local.wide4, cidr)) == 0 && length(regexall(local.wide6, cidr)) == 0)
      )])
    )])
    && (
      (self.from_port != null && self.from_port == self.to_port && contains(local.web, self.from_port))
      || is_world(self.cidr_blocks) == true
      || alltrue([for cidr in local.mine : (
        cidr == null
        || length(regexall(local.private, cidr)) > 0
        || (length(regexall(local.wide4, cidr)) == 0 && length(regexall(local.wide6, cidr)) == 0)
      )])
    )
  )
  message = "${self.address} lets a very large public range in"
}
