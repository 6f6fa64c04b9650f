# A public document shows how the organisation runs its systems, and sometimes a credential. Only sharing with "All" is
# that. The switch that forbids public sharing for the account is asked of the account's baseline.
rule {
  title    = "SSM document is not shared with everybody"
  severity = "high"
  resource = ["aws_ssm_document", "aws_ssm_service_setting"]
  aliases  = ["CKV_AWS_303", "ssm_documents_set_as_public"]
  criteria = {
    "CC6.1" = "Documents can be read by named accounts only."
    "CC6.6" = "How systems are run is not shown to the internet."
  }
  locals {
    shared  = [for value in [self.permissions["account_ids"]] : [for id in split(",", value) : lower(trimspace(id))] if value != null]
    public  = contains(flatten(local.shared), "all")
    setting = self.setting_id == null ? false : endswith(self.setting_id, "/ssm/documents/console/public-sharing-permission")
  }
  applies = self.setting_id == null || local.setting == true
  require = (local.setting == false || self.setting_value == "Disable") && local.public == false
  message = self.setting_id == null ? "${self.address} is shared with every AWS account; permissions should name the accounts that need it" : "${self.address} lets documents of the account be shared with everybody; its value should be Disable"
  fix {
    title         = "Forbid public sharing of documents with ${self.address}"
    applicability = "review"
    caution       = "Documents that are public stay so; new public sharing is refused in the whole account. A shared document itself a person has to change: who needs it is not known here."
  }
}
