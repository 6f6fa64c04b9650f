# Caches hold sessions and customer records, and write them to snapshots. Redis is encrypted only if the code says so,
# Valkey unless it says otherwise. A member of a global datastore takes after it.
rule {
  title    = "ElastiCache replication group is encrypted at rest"
  severity = "high"
  resource = ["aws_elasticache_replication_group"]
  aliases = [
    "CKV_AWS_29",
    "AVD-AWS-0045",
    "aws-elasticache-enable-at-rest-encryption",
    "elasticache_redis_cluster_rest_encryption_enabled",
  ]
  criteria = {
    "CC6.1" = "Cached data and its snapshots can be read only through their key."
    "C1.1"  = "Confidential records in the cache are encrypted at rest."
  }
  applies = self.global_replication_group_id == null
  require = self.at_rest_encryption_enabled == "true" || (
    self.at_rest_encryption_enabled == null
    && (self.kms_key_id != null || self.engine == "valkey")
  )
  message = "${self.address} is not encrypted at rest"
  fix {
    title         = "Encrypt ${self.address}"
    applicability = "review"
    effect        = "destroys-data"
    caution       = "Terraform replaces the group by an empty one. Take a snapshot and restore it where the data is needed."
  }
}
