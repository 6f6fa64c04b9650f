# Open clusters are found by search engines. Inside a VPC, AWS itself suggests a policy for everyone together with
# fine-grained access control. Only a person knows who queries, so there is no fix.
rule {
  title    = "OpenSearch access policy does not allow everyone"
  severity = "critical"
  resource = [
    "aws_opensearch_domain",
    "aws_elasticsearch_domain",
    "aws_opensearch_domain_policy",
    "aws_elasticsearch_domain_policy",
  ]
  aliases = ["opensearch_service_domains_not_publicly_accessible"]
  criteria = {
    "CC6.1" = "The cluster is queried by named identities only."
    "CC6.6" = "The cluster can't be queried from the internet without credentials."
  }
  locals {
    domain = concat(
      [for domain in resources("aws_opensearch_domain") : domain if domain.domain_name == self.domain_name],
      [for domain in resources("aws_elasticsearch_domain") : domain if domain.domain_name == self.domain_name],
    )
    private = anytrue([for domain in local.domain : (
      length(domain.vpc_options) > 0 && domain.advanced_security_options[0].enabled == true
    )])
  }
  applies = self.access_policies != null
  require = policy_allows_public(self.access_policies) == false || local.private == true
  message = "${self.address} lets everyone query the cluster"
}
