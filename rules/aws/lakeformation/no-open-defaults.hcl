# A grant to IAM_ALLOWED_PRINCIPALS lets every identity with any right on Glue read the table, past Lake Formation.
# Settings without these blocks clear AWS's open default.
rule {
  title    = "Lake Formation does not grant to all IAM principals"
  severity = "medium"
  resource = ["aws_lakeformation_data_lake_settings", "aws_lakeformation_permissions"]
  criteria = {
    "CC6.3" = "Access to tables is given to named principals."
    "C1.1"  = "Confidential tables are not open to the whole account."
    "CC6.1" = "Lake Formation's grants can't be gone round."
  }
  locals {
    open = ["IAM_ALLOWED_PRINCIPALS", "EVERYONE"]
  }
  require = (
    alltrue([for grant in self.create_database_default_permissions : contains(local.open, grant.principal) == false])
    && alltrue([for grant in self.create_table_default_permissions : contains(local.open, grant.principal) == false])
    # A role or user of the tree is a named principal.
    && (length(referred("principal")) > 0 || contains(local.open, self.principal) == false)
  )
  message = "${self.address} lets everybody with rights on Glue in"
}
