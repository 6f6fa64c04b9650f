# The protection of a public endpoint is one policy document, however strict. A move into a VPC is a new domain that has
# to be filled again, so there is no fix.
rule {
  title    = "OpenSearch domain runs inside a VPC"
  severity = "high"
  resource = ["aws_opensearch_domain", "aws_elasticsearch_domain"]
  aliases  = ["CKV_AWS_137", "opensearch_service_domains_not_publicly_accessible", "es_domain_in_vpc"]
  criteria = {
    "CC6.6" = "The domain has no endpoint outside the network boundary."
    "CC6.1" = "Indexes can be reached only from networks that are meant to."
  }
  require = self.vpc_options[0].subnet_ids != null
  message = "${self.address} has a public endpoint"
}
