# A DAX cluster of one node is gone with its zone, and the table then takes every read at once.
rule {
  title    = "DAX clusters have nodes in several zones"
  severity = "low"
  resource = ["aws_dax_cluster"]
  aliases  = ["dynamodb_accelerator_cluster_multi_az"]
  criteria = {
    "A1.2" = "The cache survives the loss of a zone."
  }
  locals {
    groups = referred("subnet_group_name")
  }
  require = (
    self.replication_factor >= 2
    && (self.availability_zones == null || length(distinct(self.availability_zones)) > 1)
    && alltrue([for group in local.groups : length(group.subnet_ids) > 1])
  )
  message = "${self.address} has all its nodes in one zone"
}
