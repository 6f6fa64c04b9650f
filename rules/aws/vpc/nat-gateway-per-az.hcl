# With one NAT gateway, all zones lose their way out with the zone it stands in. Asked where subnets of the VPC without
# public addresses stand in several zones and a NAT gateway in one of them. A regional gateway stands in all. Each gateway is billed by the hour, so
# there is no fix.
rule {
  title    = "NAT gateways stand in more than one zone"
  severity = "low"
  resource = ["aws_vpc"]
  criteria = {
    "A1.2" = "Traffic out of the network survives the loss of a zone."
  }
  locals {
    subnets  = referrers("aws_subnet", "vpc_id")
    zones    = distinct([for subnet in local.subnets : subnet.availability_zone if subnet.availability_zone != null && subnet.map_public_ip_on_launch != true])
    gateways = [for gateway in resources("aws_nat_gateway") : gateway if gateway.connectivity_type != "private"]
  }
  applies = length(local.zones) >= 2 && length(local.gateways) > 0 && length(resources("aws_vpc")) == 1
  require = length(local.gateways) >= 2 || anytrue([for gateway in local.gateways : gateway.availability_mode == "regional"])
  message = "${self.address} sends the traffic of several zones through one NAT gateway"
}
