# Replicas in the same zone go down with it. A second zone doubles the nodes, so there is no fix.
rule {
  title    = "OpenSearch data nodes span zones"
  severity = "medium"
  resource = ["aws_opensearch_domain", "aws_elasticsearch_domain"]
  aliases  = ["opensearch_service_domains_fault_tolerant_data_nodes"]
  criteria = {
    "A1.2" = "Indexes stay readable when one zone is lost."
  }
  locals {
    cluster = self.cluster_config[0]
    said    = local.cluster.zone_awareness_config[0].availability_zone_count
    zones   = local.said == null ? 2 : local.said
  }
  require = (
    local.cluster.zone_awareness_enabled == true
    && local.cluster.instance_count >= 2
    && (local.cluster.instance_count >= 2 ? local.cluster.instance_count % local.zones == 0 : false)
  )
  message = "${self.address} does not spread its data nodes evenly over several zones"
}
