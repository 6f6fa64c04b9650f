# Requests in clear text expose what is searched for, and the credentials with it. Without the block a domain takes HTTP;
# inside the block HTTPS is the default.
rule {
  title    = "OpenSearch domain enforces HTTPS"
  severity = "high"
  resource = ["aws_opensearch_domain", "aws_elasticsearch_domain"]
  aliases = [
    "CKV_AWS_83",
    "AVD-AWS-0046",
    "aws-elasticsearch-enforce-https",
    "opensearch_service_domains_https_communications_enforced",
  ]
  criteria = {
    "CC6.7" = "Requests and their answers are encrypted in transit."
  }
  require = anytrue([for options in self.domain_endpoint_options : options.enforce_https != false])
  message = "${self.address} answers requests without TLS"
  fix {
    title         = "Enforce HTTPS on ${self.address}"
    applicability = "review"
    caution       = "Clients that use HTTP are refused: move them first."
  }
}
