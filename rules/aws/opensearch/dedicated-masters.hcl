# The state of a cluster has to survive the loss of a node: three masters keep a majority, two are worse than none. Asked
# are domains with three data nodes or more, and those tagged as production. Masters cost money and have to be sized, so
# there is no fix.
rule {
  title    = "OpenSearch domain has three dedicated masters"
  severity = "low"
  resource = ["aws_opensearch_domain", "aws_elasticsearch_domain"]
  aliases = [
    "CKV_AWS_318",
    "CKV2_AWS_59",
    "opensearch_service_domains_fault_tolerant_master_nodes",
  ]
  criteria = {
    "A1.2" = "The domain stays available when one of its masters is lost."
  }
  locals {
    cluster = self.cluster_config[0]
    production = anytrue([for key, value in self.tags : (
      contains(["env", "environment"], lower(key)) && contains(["prod", "production"], lower(value))
    )])
  }
  applies = self.cluster_config[0].instance_count >= 3 || local.production == true
  require = (
    (local.cluster.dedicated_master_enabled == true && local.cluster.dedicated_master_count >= 3)
    || local.cluster.multi_az_with_standby_enabled == true
  )
  message = "${self.address} has less than three dedicated masters"
}
