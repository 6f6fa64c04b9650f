# Index data moves between the nodes of a domain all the time. A domain of a single node has no such traffic.
rule {
  title    = "OpenSearch encrypts traffic between nodes"
  severity = "high"
  resource = ["aws_opensearch_domain", "aws_elasticsearch_domain"]
  aliases = [
    "CKV_AWS_6",
    "AVD-AWS-0043",
    "aws-elasticsearch-enable-in-transit-encryption",
    "opensearch_service_domains_node_to_node_encryption_enabled",
    "es_domain_node_to_node_encryption_enabled",
  ]
  criteria = {
    "CC6.7" = "Data that moves between nodes is encrypted in transit."
    "CC6.1" = "A node's network gives no access to index data."
  }
  locals {
    # Elasticsearch before 6.7 would be replaced; without a version the older type takes 1.5.
    version = self.elasticsearch_version == null ? self.engine_version : self.elasticsearch_version
    legacy  = length(regexall("^aws_elasticsearch_domain|\\.aws_elasticsearch_domain\\.", self.address)) > 0
    old = local.version == null ? local.legacy : (
      length(regexall("^(Elasticsearch_)?([1-5]\\.|6\\.[0-6]$)", local.version)) > 0
    )
  }
  applies = (
    self.cluster_config[0].instance_count > 1
    || self.cluster_config[0].dedicated_master_enabled == true
    || self.cluster_config[0].warm_enabled == true
  )
  require = self.node_to_node_encryption[0].enabled == true
  message = "${self.address} does not encrypt the traffic between its nodes"
  fix {
    title         = "Encrypt the traffic between the nodes of ${self.address}"
    applicability = "review"
    caution       = "The domain moves to new nodes (blue/green), and encryption can't be switched off again. Elasticsearch before 6.7 would be replaced and lose its data."
  }
}
