# A dashboard that is open to the internet shows what its collection holds to whoever can sign in, though the collection
# itself is closed. What opens the collection too is reported by aws/opensearchserverless/network-private. Which endpoint is
# meant only a person knows, so there is no fix.
rule {
  title    = "OpenSearch Serverless dashboards are not open to the internet"
  severity = "medium"
  resource = ["aws_opensearchserverless_security_policy"]
  criteria = {
    "CC6.6" = "Dashboards can't be reached from the internet."
    "CC6.1" = "Only networks that are named reach the data behind a dashboard."
  }
  applies = self.type == "network"
  require = alltrue([for part in jsondecode(self.policy) : (
    part.AllowFromPublic != true
    || !anytrue([for rule in part.Rules : rule.ResourceType == "dashboard"])
    || anytrue([for rule in part.Rules : rule.ResourceType == "collection"])
  )])
  message = "${self.address} opens dashboards to the internet"
}
