# Slow queries announce an overload and show what asks for too much. Engines log them only when a parameter says so,
# and the log has to leave the machine.
rule {
  title    = "RDS logs slow queries"
  severity = "medium"
  resource = ["aws_db_instance", "aws_rds_cluster"]
  aliases  = ["CKV2_AWS_27", "CKV2_AWS_30"]
  criteria = {
    "CC7.2" = "Unusual queries leave a record."
    "A1.1"  = "What uses up the capacity is known."
  }
  locals {

    groups = concat(referred("parameter_group_name"), referred("db_cluster_parameter_group_name"))
    named  = [for name in [self.parameter_group_name, self.db_cluster_parameter_group_name] : name if name != null]
    parameters = flatten([for group in local.groups : [for parameter in group.parameter : {
      name  = lower(parameter.name)
      value = lower("${parameter.value}")
    }]])

    slow      = [for parameter in local.parameters : contains(["1", "on"], parameter.value) if parameter.name == "slow_query_log"]
    durations = [for parameter in local.parameters : length(regexall("^[0-9]+$", parameter.value)) > 0 if parameter.name == "log_min_duration_statement"]
    statement = [for parameter in local.parameters : contains(["ddl", "mod", "all"], parameter.value) if parameter.name == "log_statement"]
  }
  applies = (
    length(regexall("^(postgres|mysql|mariadb|aurora-postgresql|aurora-mysql)$", self.engine == null ? "" : self.engine)) > 0
    && self.engine_mode != "serverless"
    && (length(local.groups) > 0 || alltrue([for name in local.named : startswith(name, "default.")]))
  )
  require = (
    length(regexall("postgres", self.engine == null ? "" : self.engine)) > 0
    ? contains(self.enabled_cloudwatch_logs_exports, "postgresql") && (anytrue(local.durations) || anytrue(local.statement))
    : contains(self.enabled_cloudwatch_logs_exports, "slowquery") && anytrue(local.slow)
  )
  message = "${self.address} does not log slow queries"
}
