# The list open-access lets every client in without a password.
rule {
  title    = "MemoryDB does not use the open access ACL"
  severity = "high"
  resource = ["aws_memorydb_cluster"]
  criteria = {
    "CC6.1" = "Only clients with credentials can read the data."
    "CC6.2" = "Clients have users of their own."
  }
  require = self.acl_name != "open-access" || length(referred("acl_name")) > 0
  message = "${self.address} lets every client in"
}
