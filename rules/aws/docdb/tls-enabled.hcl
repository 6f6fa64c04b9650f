# DocumentDB asks for TLS unless a parameter group turns it off; then passwords and documents cross the network in
# clear text.
rule {
  title    = "DocumentDB requires TLS"
  severity = "high"
  resource = ["aws_docdb_cluster_parameter_group"]
  aliases  = ["CKV_AWS_90"]
  criteria = {
    "CC6.7" = "Documents and passwords are encrypted in transit."
  }
  require = alltrue([for parameter in self.parameter : parameter.name != "tls" || lower(parameter.value) != "disabled"])
  message = "${self.address} lets clients connect without TLS"
  fix {
    title         = "Require TLS with ${self.address}"
    applicability = "review"
    caution       = "Clusters take the change with their next reboot; clients that connect without TLS are refused."
  }
}
