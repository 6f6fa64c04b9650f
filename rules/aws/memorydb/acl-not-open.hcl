# The list open-access lets every client in without a password.
rule {
  title    = "MemoryDB does not use the open access ACL"
  severity = "high"
  resource = ["aws_memorydb_cluster"]
  criteria = {
    "CC6.1" = "Only clients with credentials can read the data."
    "CC6.2" = "Clients have users of their own."
  }
  locals {
    acls = referred("acl_name")
  }
  # A data source names the list that it reads; that of a resource is never this one.
  require = length(local.acls) > 0 ? alltrue([for acl in local.acls : acl.name != "open-access"]) : self.acl_name != "open-access"
  message = "${self.address} lets every client in"
}
