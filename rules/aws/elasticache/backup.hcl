# Where a cache holds sessions or queues that live nowhere else, its loss is final without a backup. Memcached can't
# be backed up, and members of a replication group are backed up with it.
rule {
  title    = "ElastiCache keeps backups at least seven days"
  severity = "medium"
  resource = [
    "aws_elasticache_replication_group",
    "aws_elasticache_cluster",
    "aws_elasticache_serverless_cache",
  ]
  aliases = [
    "CKV_AWS_134",
    "AVD-AWS-0050",
    "aws-elasticache-enable-backup-retention",
    "elasticache_redis_cluster_backup_enabled",
    "elasticache_redis_cluster_automatic_backup_retention_15_days",
  ]
  criteria = {
    "A1.2"  = "The cache's records can be restored from the last week."
    "CC7.4" = "Data damaged in an incident can be recovered from before it."
  }
  # A replication group has a replication_group_id of its own, and no cluster_id.
  applies = (
    self.engine != "memcached"
    && (self.cluster_id == null || self.replication_group_id == null)
  )
  require = self.snapshot_retention_limit >= 7
  message = "${self.address} keeps backups for less than seven days"
  fix {
    title         = "Keep the backups of ${self.address} for seven days"
    applicability = "auto"
  }
}
