# A network ACL that lets everything in protects nothing; a wrong security group is then all there is. Rules are read
# in the order of their numbers.
rule {
  title    = "Network ACLs do not allow all ports from the internet"
  severity = "medium"
  resource = ["aws_network_acl", "aws_default_network_acl"]
  aliases = [
    "CKV_AWS_352",
    "AVD-AWS-0102",
    "ec2_networkacl_allow_ingress_any_port",
    "aws-ec2-no-excessive-port-access",
    "aws-vpc-no-excessive-port-access",
  ]
  criteria = {
    "CC6.6" = "Subnets have a boundary of their own."
    "CC5.1" = "A second control stands behind security groups."
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

    # The protocols of a rule that have ports.
    numbers = { "-1" = ["6", "17"], all = ["6", "17"], tcp = ["6"], "6" = ["6"], udp = ["17"], "17" = ["17"] }
    all = [for rule in local.rules : rule if contains(["-1", "all"], rule.protocol) || (
      contains(["tcp", "6", "udp", "17"], rule.protocol) && rule.from <= 1 && rule.to >= 65535
    )]
  }
  require = alltrue([for rule in local.all : (
    rule.action != "allow"
    || rule.world == false
    || alltrue([for number in local.numbers[rule.protocol] : anytrue([for before in local.all : (
      before.action == "deny"
      && before.world == true
      && before.six == rule.six
      && before.number < rule.number
      && contains(local.numbers[before.protocol], number)
    )])])
  )])
  message = "${self.address} lets all ports in from the internet"
}
