# Administration from anywhere should be stopped at the subnet already. Ranges for return traffic, which begin at 1024
# or higher, are left out, and so is what lets all ports in: another rule says so.
rule {
  title    = "Network ACLs do not allow admin ports from the internet"
  severity = "medium"
  resource = ["aws_network_acl", "aws_default_network_acl"]
  aliases = [
    "CKV_AWS_229",
    "CKV_AWS_230",
    "CKV_AWS_231",
    "CKV_AWS_232",
    "AVD-AWS-0105",
    "ec2_networkacl_allow_ingress_tcp_port_22",
    "ec2_networkacl_allow_ingress_tcp_port_3389",
    "aws-ec2-no-public-ingress-acl",
    "aws-vpc-no-public-ingress-acl",
  ]
  criteria = {
    "CC6.6" = "Administrative ports of the subnet can't be reached from outside."
    "CC6.1" = "Administrative access goes through a controlled path."
  }
  locals {

    rules = concat(
      [for rule in self.ingress : {
        number   = rule.rule_no
        action   = lower(rule.action)
        protocol = lower("${rule.protocol}")
        from     = rule.from_port
        to       = rule.to_port
        world    = is_world([for cidr in [rule.cidr_block, rule.ipv6_cidr_block] : cidr if cidr != null])
        six      = rule.ipv6_cidr_block != null && rule.ipv6_cidr_block != ""
      }],
      [for rule in referrers("aws_network_acl_rule", "network_acl_id") : {
        number   = rule.rule_number
        action   = lower(rule.rule_action)
        protocol = lower("${rule.protocol}")
        from     = rule.from_port
        to       = rule.to_port
        world    = is_world([for cidr in [rule.cidr_block, rule.ipv6_cidr_block] : cidr if cidr != null])
        six      = rule.ipv6_cidr_block != null && rule.ipv6_cidr_block != ""
      } if rule.egress != true],
    )

    opened = [for rule in local.rules : rule if(
      rule.action == "allow"
      && rule.world != false
      && contains(["-1", "all"], rule.protocol) == false
      && (rule.from <= 1 && rule.to >= 65535) == false
      && (rule.from >= 1024 && rule.to - rule.from > 10000) == false
    )]
  }
  require = alltrue([for rule in local.opened : alltrue([for port in [20, 21, 22, 3389] : (
    port_open(rule.from, rule.to, rule.protocol, port) == false
    || rule.world == false
    || anytrue([for before in local.rules : (
      before.action == "deny"
      && before.world == true
      && before.six == rule.six
      && before.number < rule.number
      && port_open(before.from, before.to, before.protocol, port) == true
    )])
  )])])
  message = "${self.address} lets administrative ports in from the internet"
}
