# What the warehouse answers must not travel in clear text. The family redshift-2.0 requires TLS by itself, redshift-1.0
# does not. Clusters with a parameter group of their own are judged by the group; where no group is named, the age of the
# cluster decides, and it is not asked.
rule {
  title    = "Redshift requires TLS"
  severity = "high"
  resource = ["aws_redshift_cluster", "aws_redshift_parameter_group", "aws_redshiftserverless_workgroup"]
  aliases = [
    "CKV_AWS_105",
    "redshift_cluster_in_transit_encryption_enabled",
    "redshift_cluster_encryption_in_transit_enabled",
  ]
  criteria = {
    "CC6.7" = "Queries and their results are encrypted in transit."
    "CC6.1" = "Passwords are not sent to the warehouse in clear text."
  }
  locals {
    said = concat(
      [for parameter in self.parameter : lower(parameter.value) if lower(parameter.name) == "require_ssl"],
      [for parameter in self.config_parameter : lower(parameter.parameter_value) if lower(parameter.parameter_key) == "require_ssl"],
    )
    # Otherwise the block that is there already would be changed.
    addable = self.parameter[0].name == null || lower("${self.parameter[0].name}") == "require_ssl"
  }
  applies = (
    self.family != null
    || contains(["default.redshift-1.0", "default.redshift-2.0"], self.cluster_parameter_group_name)
    || length(local.said) > 0
  )
  require = (
    anytrue([for value in local.said : contains(["true", "1", "on"], value)])
    || (length(local.said) == 0 && (
      self.family == "redshift-2.0" || self.cluster_parameter_group_name == "default.redshift-2.0"
    ))
  )
  message = "${self.address} lets clients connect without TLS"
  fix {
    title         = "Require TLS with ${self.address}"
    applicability = "review"
    caution       = "Clients that connect without TLS are refused, and clusters take the change with their next reboot."
  }
}
