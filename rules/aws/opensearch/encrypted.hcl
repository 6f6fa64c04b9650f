# A search index is a copy of the customer's content.
rule {
  title    = "OpenSearch domain is encrypted at rest"
  severity = "high"
  resource = ["aws_opensearch_domain", "aws_elasticsearch_domain"]
  aliases = [
    "CKV_AWS_5",
    "AVD-AWS-0048",
    "aws-elasticsearch-enable-domain-encryption",
    "opensearch_service_domains_encryption_at_rest_enabled",
    "es_domain_encryption_at_rest_enabled",
  ]
  criteria = {
    "CC6.1" = "Indexes and snapshots can be read only through their key."
    "C1.1"  = "Confidential content is encrypted at rest."
  }
  locals {
    # Elasticsearch before 6.7 would be replaced; without a version it is 1.5, which can't be encrypted.
    version = self.elasticsearch_version == null ? self.engine_version : self.elasticsearch_version
    legacy  = length(regexall("^aws_elasticsearch_domain|\\.aws_elasticsearch_domain\\.", self.address)) > 0
    old = local.version == null ? local.legacy : (
      length(regexall("^(Elasticsearch_)?([1-5]\\.|6\\.[0-6]$)", local.version)) > 0
    )
  }
  require = self.encrypt_at_rest[0].enabled == true
  message = "${self.address} is not encrypted at rest"
  fix {
    title         = "Encrypt ${self.address} at rest"
    applicability = "review"
    caution       = "The domain moves to new nodes (blue/green), and encryption can't be switched off again. Elasticsearch before 6.7 would be replaced and lose its data. Instance types of the t2 and m3 families can't be encrypted: change them first."
  }
}
