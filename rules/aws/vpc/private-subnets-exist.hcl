# Data stores and workers belong where the internet can't address them. A VPC with an internet gateway needs a subnet whose
# route table does not lead there: one with an association to a table without such a route, or one that is left to a main
# table without it. Subnets that all lead there but hand out no public addresses are private by intent: whether they are in
# effect is not asked. The address plan is a person's decision, so there is no fix.
rule {
  title    = "VPC with an internet gateway has private subnets"
  severity = "medium"
  resource = ["aws_vpc"]
  aliases  = ["vpc_subnet_separate_private_public"]
  criteria = {
    "CC6.6" = "Systems that nobody outside needs can't be reached from the internet."
    "CC6.1" = "Data stores have a network that keeps strangers out."
  }
  locals {
    subnets  = referrers("aws_subnet", "vpc_id")
    gateways = concat(referrers("aws_internet_gateway", "vpc_id"), referrers("aws_internet_gateway_attachment", "vpc_id"))
    # Tables and routes of the tree: which subnet belongs to which table is told by ids that only apply knows, so the tree
    # is asked as a whole whether some table stays inside.
    tables = referrers("aws_route_table", "vpc_id")
    routes = max(
      length([for route in resources("aws_route") : route if route.gateway_id != null && is_world(route.destination_cidr_block) == true]),
      length([for route in resources("aws_route") : route if route.gateway_id != null && is_world(route.destination_ipv6_cidr_block) == true]),
    )
    inline = [for table in local.tables : anytrue([for route in table.route : (
      route.gateway_id != null && (is_world(route.cidr_block) == true || is_world(route.ipv6_cidr_block) == true)
    )])]
    main = [for table in resources("aws_default_route_table") : anytrue([for route in table.route : route.gateway_id != null])]
    inside = (
      length(local.tables) > local.routes + length([for leads in local.inline : leads if leads == true])
      || (length(resources("aws_route_table_association")) < length(local.subnets) && !anytrue(local.main))
    )
    public = alltrue([for subnet in local.subnets : subnet.map_public_ip_on_launch == true])
  }
  applies = length(local.gateways) > 0 && length(local.subnets) > 0 && (local.inside == true || local.public == true)
  require = local.inside == true
  message = "${self.address} has public subnets only: each hands out public addresses, and every route table leads to the internet gateway"
}
