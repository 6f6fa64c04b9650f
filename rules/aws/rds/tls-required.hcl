# A database that also takes connections without TLS gets some. What the parameter group says decides; where it says
# nothing, the version does. Groups outside the tree are not judged.
rule {
  title    = "RDS refuses connections without TLS"
  severity = "high"
  resource = ["aws_db_instance", "aws_rds_cluster"]
  aliases  = ["CKV2_AWS_69", "rds_instance_transport_encrypted"]
  criteria = {
    "CC6.7" = "Queries and results are encrypted in transit."
    "CC6.1" = "Passwords are not sent to the database in clear text."
  }
  locals {

    groups = concat(referred("parameter_group_name"), referred("db_cluster_parameter_group_name"))
    named  = [for name in [self.parameter_group_name, self.db_cluster_parameter_group_name] : name if name != null]
    parameters = flatten([for group in local.groups : [for parameter in group.parameter : {
      name  = lower(parameter.name)
      value = lower("${parameter.value}")
    }]])

    force  = [for parameter in local.parameters : contains(["1", "on", "true"], parameter.value) if parameter.name == "rds.force_ssl"]
    secure = [for parameter in local.parameters : contains(["1", "on", "true"], parameter.value) if parameter.name == "require_secure_transport"]
    major  = tonumber(regexall("^[0-9]+", coalesce(self.engine_version, "0"))[0])
    kind   = length(regexall("^(postgres|aurora-postgresql|sqlserver)", self.engine == null ? "" : self.engine)) > 0 ? "force" : "secure"
  }
  # Without a version nobody knows what the engine does by itself.
  applies = (
    length(regexall("^(postgres|mysql|mariadb|aurora-postgresql|aurora-mysql|sqlserver)", self.engine == null ? "" : self.engine)) > 0
    && (self.engine_version != null || length(local.force) + length(local.secure) > 0)
    && (length(local.groups) > 0 || alltrue([for name in local.named : startswith(name, "default.")]))
  )
  require = (
    local.kind == "force"
    ? anytrue(local.force) || (length(local.force) == 0 && (
      (self.engine == "postgres" && local.major >= 15) || (self.engine == "aurora-postgresql" && local.major >= 17)
    ))
    : anytrue(local.secure) || (length(local.secure) == 0 && self.engine == "mariadb" && local.major >= 12)
  )
  message = "${self.address} lets clients connect without TLS"
}
