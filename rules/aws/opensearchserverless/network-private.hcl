# A collection that is open to the internet is protected by its data policies alone. Which endpoint is meant only a person
# knows, so there is no fix.
rule {
  title    = "OpenSearch Serverless collections are not open to the internet"
  severity = "high"
  resource = ["aws_opensearchserverless_security_policy"]
  criteria = {
    "CC6.6" = "Collections can't be reached from the internet."
    "CC6.1" = "Only networks that are named reach the collections."
  }
  applies = self.type == "network"
  require = alltrue([for part in jsondecode(self.policy) : (
    part.AllowFromPublic != true
    || !anytrue([for rule in part.Rules : rule.ResourceType == "collection"])
  )])
  message = "${self.address} opens collections to the internet"
}
