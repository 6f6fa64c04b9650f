# Sharing a resource with a foreign account is disclosure to a third party and must be a decision. Partners that were agreed
# on can be listed in the setting `accounts`.
rule {
  title    = "Resource share stays inside the organisation"
  severity = "medium"
  resource = ["aws_ram_resource_share"]
  criteria = {
    "CC6.6" = "Resources are not shared past the organisation."
    "C1.1"  = "Confidential data stays with accounts of the organisation."
    "P6.1"  = "Personal data is disclosed to agreed parties only."
  }
  locals {
    principals = referrers("aws_ram_principal_association", "resource_share_arn")
    # All of the tree: which of them are of this share may be known after apply only.
    known = length(local.principals) > 0 && alltrue([for association in resources("aws_ram_principal_association") : (
      length(regexall("^arn:[^:]*:organizations:", association.principal)) > 0
      || contains(setting.accounts, association.principal)
    )])
  }
  require = self.allow_external_principals != true || local.known == true
  message = "${self.address} can be shared with accounts outside the organisation"
  fix {
    title         = "Keep ${self.address} inside the organisation"
    applicability = "review"
    caution       = "AWS refuses the change while an account outside the organisation is associated."
  }
}
