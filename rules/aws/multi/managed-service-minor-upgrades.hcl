# Security fixes of managed engines come as minor versions. Most services take them unless told not to; MQ and DMS only
# where the code asks for it. Memcached has no such upgrades, and a member of a replication group follows the group.
rule {
  title    = "Managed data service takes minor upgrades by itself"
  severity = "medium"
  resource = [
    "aws_dms_replication_instance",
    "aws_elasticache_cluster",
    "aws_elasticache_replication_group",
    "aws_memorydb_cluster",
    "aws_mq_broker",
    "aws_neptune_cluster_instance",
    "aws_redshift_cluster",
  ]
  aliases = [
    "CKV_AWS_141",
    "CKV_AWS_207",
    "CKV_AWS_222",
    "CKV_AWS_322",
    "elasticache_redis_cluster_auto_minor_version_upgrades",
    "memorydb_cluster_auto_minor_version_upgrades",
    "mq_broker_auto_minor_version_upgrades",
    "dms_instance_minor_version_upgrade_enabled",
    "redshift_cluster_automatic_upgrades",
  ]
  criteria = {
    "CC7.1" = "Security fixes of the engine are installed without waiting for somebody."
    "CC6.8" = "Known flaws of an old engine can't be used to run foreign code."
  }
  locals {
    # In these two the absent attribute means no.
    asks = length(regexall("^(module\\.[^.\\[]+(\\[[^]]*\\])?\\.)*aws_(mq_broker|dms_replication_instance)\\.", self.address)) > 0
    # A replacement would be needed.
    fixed_at_start = length(regexall("^(module\\.[^.\\[]+(\\[[^]]*\\])?\\.)*aws_memorydb_cluster\\.", self.address)) > 0
  }
  applies = (self.cluster_id == null || self.replication_group_id == null) && self.engine != "memcached"
  require = (
    self.auto_minor_version_upgrade != false
    && self.auto_minor_version_upgrade != "false"
    && (self.auto_minor_version_upgrade != null || local.asks == false)
    && self.allow_version_upgrade != false
  )
  message = "${self.address} does not take minor upgrades by itself"
  fix {
    title         = "Let ${self.address} take minor upgrades by itself"
    applicability = "review"
    caution       = "Upgrades restart the service in its maintenance window: choose one that suits."
  }
}
