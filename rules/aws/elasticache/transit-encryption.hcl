# Sessions and records would cross the network in clear text; the mode "preferred" still lets clients do so. Members
# follow their group, and a Valkey group or a member of a global datastore that says nothing is not asked. From no TLS
# the way leads through "preferred" first, so a fix is offered for the last step only.
rule {
  title    = "ElastiCache takes connections over TLS only"
  severity = "high"
  resource = ["aws_elasticache_replication_group", "aws_elasticache_cluster"]
  aliases = [
    "CKV_AWS_30",
    "AVD-AWS-0051",
    "aws-elasticache-enable-in-transit-encryption",
    "elasticache_redis_cluster_in_transit_encryption_enabled",
  ]
  criteria = {
    "CC6.7" = "Data between the application and the cache is encrypted."
  }
  locals {
    # Memcached knows TLS from 1.6.12; a Redis cluster outside a replication group is not asked.
    version = [for part in split(".", coalesce(self.engine_version, "1.6.12")) : tonumber(part)]
    capable = self.engine == "memcached" && (
      local.version[0] > 1
      || local.version[1] > 6
      || (local.version[1] == 6 && local.version[2] >= 12)
    )
  }
  applies = (
    self.cluster_id == null
    ? !(self.transit_encryption_enabled == null && (self.engine == "valkey" || self.global_replication_group_id != null))
    : self.replication_group_id == null && local.capable == true
  )
  require = (
    self.transit_encryption_enabled == true
    && (self.transit_encryption_mode == null || self.transit_encryption_mode == "required")
  )
  message = "${self.address} takes connections without TLS"
  fix {
    title         = "Require TLS on ${self.address}"
    applicability = "review"
    caution       = "Clients that don't use TLS yet are cut off."
  }
}
