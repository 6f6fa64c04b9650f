# A VPC with subnets in one zone can't survive its loss, whatever is built in it. Subnets that leave their zone to AWS
# are not asked.
rule {
  title    = "VPC has subnets in several Availability Zones"
  severity = "medium"
  resource = ["aws_vpc"]
  aliases  = ["vpc_subnet_different_az"]
  criteria = {
    "A1.2" = "There is a place to go when a zone is lost."
    "A1.1" = "Capacity of more than one zone can be used."
  }
  locals {
    subnets = referrers("aws_subnet", "vpc_id")
    zones   = [for subnet in local.subnets : subnet.availability_zone == null ? subnet.availability_zone_id : subnet.availability_zone]
  }
  applies = (
    length(local.subnets) > 0
    && (length(local.subnets) == 1 || alltrue([for zone in local.zones : zone != null]))
    # A subnet whose VPC is not known may be one of this one.
    && alltrue([for subnet in resources("aws_subnet") : subnet.vpc_id == null || subnet.vpc_id != null])
  )
  require = length(distinct(local.zones)) >= 2
  message = "${self.address} has subnets in one zone only"
}
