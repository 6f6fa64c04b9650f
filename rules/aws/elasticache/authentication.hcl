# A cache that asks for nothing gives its contents, often sessions, to everything that can reach it.
rule {
  title    = "ElastiCache requires authentication"
  severity = "high"
  resource = ["aws_elasticache_replication_group", "aws_elasticache_serverless_cache"]
  aliases  = ["CKV_AWS_31", "elasticache_redis_replication_group_auth_enabled"]
  criteria = {
    "CC6.1" = "Only clients with credentials can read the cache."
    "CC6.2" = "Each client of the cache has credentials of its own or a shared secret."
  }
  applies = self.engine == null || contains(["redis", "valkey"], self.engine)
  require = (
    self.auth_token != null
    || length(self.user_group_ids) > 0
    || self.user_group_id != null
  )
  message = "${self.address} asks its clients for no credentials"
}
