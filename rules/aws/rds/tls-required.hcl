# A client that doesn't ask for TLS sends passwords and data in clear text, unless the database refuses it. What holds
# where the parameter is not set follows from the family of the parameter group. Judged are parameter groups, and databases
# that use the default group of a version that the code names. Groups that are not in the tree are not judged, nor Oracle
# and Db2, which have options instead.
rule {
  title    = "RDS refuses connections without TLS"
  severity = "medium"
  resource = ["aws_db_parameter_group", "aws_rds_cluster_parameter_group", "aws_db_instance", "aws_rds_cluster"]
  aliases  = ["CKV2_AWS_69", "rds_instance_transport_encrypted"]
  criteria = {
    "CC6.7" = "Queries and their results are encrypted in transit."
    "CC6.1" = "Passwords are not sent to the database in clear text."
  }
  dated {
    as_of  = "2026-11-29"
    source = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.require-ssl.html"
  }
  dated {
    as_of  = "2026-11-29"
    source = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html"
  }
  locals {
    groups = concat(referred("parameter_group_name"), referred("db_cluster_parameter_group_name"))
    group  = self.parameter_group_name == null ? self.db_cluster_parameter_group_name : self.parameter_group_name
    # Of a group its family. Of a database with the default group, the family in its name or the version as far as it goes;
    # a database with a group of the tree is left to the group.
    family = self.family != null ? self.family : (
      length(local.groups) > 0 ? "" : local.group != null
      ? (startswith(local.group, "default.") ? trimprefix(local.group, "default.") : "")
      : (self.engine == null ? "" : "${self.engine}${self.engine_version == null ? "" : self.engine_version}")
    )
    # Versions that have the parameter. Of SQL Server all have it.
    judged = length(regexall("^(postgres|aurora-postgresql|aurora-mysql|mysql|mariadb)[0-9]|^sqlserver", local.family)) > 0 && length(
      regexall("^mysql5[.][0-6]|^mariadb10[.][0-4]([.]|$)", local.family)
    ) == 0
    # The instances of Aurora have groups of their own, without this parameter.
    elsewhere = startswith(local.family, "aurora") && length(regexall("(^|[.])aws_db_(instance|parameter_group)[.]", self.address)) > 0
    # Families that refuse clear text by themselves, and all that are newer.
    refuses = length(regexall(
      "^postgres(1[5-9]|[2-9][0-9])|^aurora-postgresql(1[7-9]|[2-9][0-9])|^mysql(9|[1-9][0-9])|^mariadb(11[.]([89]|[1-9][0-9])|1[2-9]|[2-9][0-9])",
      local.family,
    )) > 0
    names = ["rds.force_ssl", "require_secure_transport"]
    said  = [for parameter in self.parameter : parameter.name if contains(local.names, lower(parameter.name))]
    name  = length(regexall("postgres|sqlserver", local.family)) > 0 ? "rds.force_ssl" : "require_secure_transport"
    # SQL Server takes it with a reboot only.
    method = startswith(local.family, "sqlserver") ? "pending-reboot" : "immediate"
    # Otherwise the block that is there already would be changed.
    addable = self.family != null && (self.parameter[0].name == null || lower("${self.parameter[0].name}") == local.name)
  }
  applies = local.judged == true && local.elsewhere == false
  require = alltrue([for parameter in self.parameter : (
    contains(["1", "on", "true"], lower("${parameter.value}"))
    || contains(local.names, lower(parameter.name)) == false
  )]) && (length(local.said) > 0 || local.refuses == true)
  message = "${self.address} lets clients connect without TLS"
  fix {
    title         = "Require TLS with ${self.address}"
    applicability = "review"
    caution       = "Clients that connect without TLS are refused; SQL Server takes the change with its next reboot."
  }
}
