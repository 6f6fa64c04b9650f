# A route through a peering that is wider than the peer sends traffic of other networks there too. A VPC is never
# wider than /16.
rule {
  title    = "Peering routes cover only the networks needed"
  severity = "medium"
  resource = ["aws_route", "aws_route_table", "aws_default_route_table"]
  aliases  = ["CKV2_AWS_44", "vpc_peering_routing_tables_with_least_privilege"]
  criteria = {
    "CC6.6" = "Only the networks that have to talk can reach each other."
    "CC6.1" = "A peer gets no more than it needs."
  }
  locals {
    wide4  = "/([0-9]|1[0-5])$"
    peered = [for route in self.route : route if route.vpc_peering_connection_id != null]
  }
  applies = self.vpc_peering_connection_id != null || length(local.peered) > 0
  require = (
    (self.destination_cidr_block == null || length(regexall(local.wide4, self.destination_cidr_block)) == 0)
    && is_world(self.destination_ipv6_cidr_block) == false
    && alltrue([for route in local.peered : (
      (route.cidr_block == null || length(regexall(local.wide4, route.cidr_block)) == 0)
      && is_world(route.ipv6_cidr_block) == false
    )])
  )
  message = "${self.address} sends more through a peering than the peer can hold"
}
