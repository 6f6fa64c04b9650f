# Clusters with open security groups were a common leak until AWS refused them by default; only a declaration turns
# that off.
rule {
  title    = "EMR blocks clusters with public security groups"
  severity = "high"
  resource = ["aws_emr_block_public_access_configuration"]
  aliases  = ["CKV_AWS_390", "emr_cluster_account_public_block_enabled"]
  criteria = {
    "CC6.6" = "Clusters can't be opened to the internet by mistake."
  }
  require = self.block_public_security_group_rules != false && alltrue([
    for range in self.permitted_public_security_group_rule_range : range.min_range == 22 && range.max_range == 22
  ])
  message = "${self.address} lets EMR clusters open ports to the internet"
  fix {
    title         = "Keep EMR clusters closed with ${self.address}"
    applicability = "review"
    effect        = "replace"
    caution       = "Terraform makes the setting anew. New clusters with public security groups are refused; running ones are not touched."
  }
}
