# Who read or changed data is written only where the engine audits: pgaudit, the audit plugin of MySQL and MariaDB,
# the audit option of SQL Server, or an activity stream. A log of all statements that leaves the machine is a record too.
# Groups outside the tree are not judged.
rule {
  title    = "RDS writes an audit log"
  severity = "medium"
  resource = ["aws_db_instance", "aws_rds_cluster"]
  aliases  = ["CKV_AWS_325"]
  criteria = {
    "CC7.2" = "Access to data leaves a record."
    "CC6.1" = "Use of database rights can be reviewed."
    "P6.3"  = "Who took personal data out can be found afterwards."
  }
  locals {
    groups = concat(referred("parameter_group_name"), referred("db_cluster_parameter_group_name"))
    named  = [for name in [self.parameter_group_name, self.db_cluster_parameter_group_name] : name if name != null]
    parameters = flatten([for group in local.groups : [for parameter in group.parameter : {
      name  = lower(parameter.name)
      value = lower("${parameter.value}")
    }]])

    options = flatten([for group in referred("option_group_name") : [for option in group.option : option.option_name]])
    pgaudit = (
      anytrue([for parameter in local.parameters : strcontains(parameter.value, "pgaudit") if parameter.name == "shared_preload_libraries"])
      && anytrue([for parameter in local.parameters : contains(["", "none"], parameter.value) == false if parameter.name == "pgaudit.log"])
    )
    server = anytrue([for parameter in local.parameters : contains(["1", "on"], parameter.value) if parameter.name == "server_audit_logging"])
    statements = (
      (
        anytrue([for parameter in local.parameters : parameter.value == "all" if parameter.name == "log_statement"])
        && contains(self.enabled_cloudwatch_logs_exports, "postgresql")
      )
      || (
        anytrue([for parameter in local.parameters : contains(["1", "on"], parameter.value) if parameter.name == "general_log"])
        && contains(self.enabled_cloudwatch_logs_exports, "general")
      )
    )
    stream = length(referrers("aws_rds_cluster_activity_stream", "resource_arn")) > 0
    export = contains(self.enabled_cloudwatch_logs_exports, "audit")
  }
  applies = (
    length(regexall("^(postgres|mysql|mariadb|aurora-postgresql|aurora-mysql|sqlserver-(ee|se|web|ex))$", self.engine == null ? "" : self.engine)) > 0
    && (length(local.groups) > 0 || alltrue([for name in local.named : startswith(name, "default.")]))
    && (self.option_group_name == null || length(local.options) > 0 || length(referred("option_group_name")) > 0)
  )
  require = local.stream == true || local.statements == true || (
    length(regexall("postgres", self.engine == null ? "" : self.engine)) > 0
    ? local.pgaudit == true
    : startswith(self.engine == null ? "" : self.engine, "sqlserver")
    ? contains(local.options, "SQLSERVER_AUDIT")
    : local.export == true && (self.engine == "aurora-mysql" ? local.server == true : contains(local.options, "MARIADB_AUDIT_PLUGIN"))
  )
  message = "${self.address} writes no audit log"
}
