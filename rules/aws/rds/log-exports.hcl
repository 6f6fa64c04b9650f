# Logs on the database host are gone after days. The exported copy is the evidence, and it needs the right kinds: an
# upgrade log alone says nothing about who did what. Engines that the table does not know pass with any export.
rule {
  title    = "RDS exports its logs to CloudWatch"
  severity = "medium"
  resource = ["aws_db_instance", "aws_rds_cluster"]
  aliases = [
    "CKV_AWS_129",
    "CKV_AWS_324",
    "rds_instance_integration_cloudwatch_logs",
    "rds_cluster_integration_cloudwatch_logs",
    "rds_db_instance_logging_enabled",
  ]
  criteria = {
    "CC7.2" = "Database errors and, where the engine offers it, audit records can be watched."
    "CC7.3" = "The records outlive the host, so a security event can still be judged."
    "PI1.3" = "Processing errors in the database are recorded."
  }
  locals {
    exports = self.enabled_cloudwatch_logs_exports
    # One of each list must be exported; a fix adds the first.
    kinds = {
      "aurora-mysql"      = [["audit"], ["error"]]
      "aurora-postgresql" = [["postgresql"]]
      "db2-ae"            = [["diag.log"]]
      "db2-se"            = [["diag.log"]]
      "mariadb"           = [["error"], ["slowquery", "audit", "general"]]
      "mysql"             = [["error"], ["slowquery", "audit", "general"]]
      "oracle-ee"         = [["alert"], ["audit"]]
      "oracle-ee-cdb"     = [["alert"], ["audit"]]
      "oracle-se2"        = [["alert"], ["audit"]]
      "oracle-se2-cdb"    = [["alert"], ["audit"]]
      "postgres"          = [["postgresql"]]
      "sqlserver-ee"      = [["error"]]
      "sqlserver-ex"      = [["error"]]
      "sqlserver-se"      = [["error"]]
      "sqlserver-web"     = [["error"]]
    }
    needed  = self.engine == null ? [] : local.kinds[self.engine]
    missing = [for kinds in local.needed : kinds[0] if !anytrue([for kind in kinds : contains(local.exports, kind) == true])]
    wanted  = concat(local.exports, local.missing)
  }
  # The first generation of Aurora Serverless exports its logs by itself.
  applies = self.engine_mode != "serverless"
  require = length(self.enabled_cloudwatch_logs_exports) > 0 && alltrue([for kinds in local.needed : (
    anytrue([for kind in kinds : contains(self.enabled_cloudwatch_logs_exports, kind) == true])
  )]) == true
  message = "${self.address} does not export the logs that its engine writes"
  fix {
    title         = "Export the logs of ${self.address} to CloudWatch"
    applicability = "review"
    caution       = "CloudWatch bills the logs by volume. Audit and slow query logs also have to be switched on in the parameter or option group."
  }
}
