# A migration reads a whole database over the network. Without TLS everything in it can be read on the way. Targets
# that are always reached by HTTPS are not asked.
rule {
  title    = "DMS endpoints use TLS"
  severity = "high"
  resource = ["aws_dms_endpoint"]
  aliases  = ["CKV2_AWS_49", "dms_endpoint_ssl_enabled", "dms_endpoint_redis_in_transit_encryption_enabled"]
  criteria = {
    "CC6.7" = "Data that is moved is encrypted on its way."
  }
  locals {
    relational = contains([
      "aurora", "aurora-postgresql", "aurora-serverless", "aurora-postgresql-serverless", "azuredb", "azure-sql-managed-instance",
      "babelfish", "db2", "db2-zos", "docdb", "mariadb", "mongodb", "mysql", "oracle", "postgres", "sqlserver", "sybase",
    ], self.engine_name)
  }
  applies = local.relational == true || contains(["redis", "kafka"], self.engine_name)
  require = (
    local.relational == true
    ? contains(["require", "verify-ca", "verify-full"], self.ssl_mode)
    : self.engine_name == "redis"
    ? alltrue([for redis in self.redis_settings : (
      redis.ssl_security_protocol == null || redis.ssl_security_protocol == "ssl-encryption"
    )])
    : anytrue([for kafka in self.kafka_settings : (
      contains(["ssl-encryption", "ssl-authentication", "sasl-ssl"], kafka.security_protocol)
    )])
  )
  message = "${self.address} moves data without TLS"
}
