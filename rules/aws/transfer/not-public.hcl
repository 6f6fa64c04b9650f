# A public endpoint takes passwords from everywhere. In a VPC it can be closed to all but partners; Elastic IPs put it
# back on the internet, which is fine only behind a narrow security group.
rule {
  title    = "Transfer servers are not on the public internet"
  severity = "high"
  resource = ["aws_transfer_server"]
  aliases  = ["CKV_AWS_164"]
  criteria = {
    "CC6.6" = "The server can't be reached from the whole internet."
    "CC6.1" = "Only known networks may try to sign in."
  }
  locals {
    groups = referred("endpoint_details.security_group_ids")
    rules = [for group in local.groups : concat(
      group.ingress,
      [for rule in referrers("aws_security_group_rule", "security_group_id", group) : rule if rule.type != "egress"],
      referrers("aws_vpc_security_group_ingress_rule", "security_group_id", group),
    )]
    narrow = length(local.groups) > 0 && alltrue([for rules in local.rules : alltrue([for rule in rules : (
      world_reaches_port(rule, 22) == false && world_reaches_port(rule, 21) == false && world_reaches_port(rule, 990) == false
    )]) && length(rules) > 0])
  }
  require = contains(["VPC", "VPC_ENDPOINT"], self.endpoint_type) && (
    alltrue([for details in self.endpoint_details : length(details.address_allocation_ids) == 0])
    || local.narrow == true
  )
  message = "${self.address} is on the public internet"
}
