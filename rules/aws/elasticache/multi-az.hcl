# Losing the only node loses every session and overloads the database behind it.
rule {
  title    = "ElastiCache replication group fails over between zones"
  severity = "medium"
  resource = ["aws_elasticache_replication_group"]
  aliases = [
    "CKV2_AWS_50",
    "elasticache_redis_cluster_automatic_failover_enabled",
    "elasticache_redis_cluster_multi_az_enabled",
  ]
  criteria = {
    "A1.2" = "The cache survives the loss of one zone."
  }
  locals {
    sharded = self.num_node_groups != null || self.replicas_per_node_group != null
    # Replicas may also be resources of their own.
    replicated = (
      self.num_cache_clusters >= 2
      || self.replicas_per_node_group >= 1
      || anytrue([for group in self.node_group_configuration : group.replica_count >= 1])
      || length(referrers("aws_elasticache_cluster", "replication_group_id")) > 0
    )
  }
  # A secondary of a global datastore is a spare itself.
  # Up to version 4 of the provider the nodes were counted by other names, and in a block.
  applies = (
    self.global_replication_group_id == null
    && self.number_cache_clusters == null
    && self.replication_group_description == null
  )
  require = (
    self.automatic_failover_enabled == true
    && self.multi_az_enabled == true
    && local.replicated == true
  )
  message = "${self.address} does not fail over to another zone"
  fix {
    title         = "Let ${self.address} fail over to another zone"
    applicability = "review"
    caution       = "A replica costs as much as the primary node. The subnet group needs subnets in two zones."
  }
}
