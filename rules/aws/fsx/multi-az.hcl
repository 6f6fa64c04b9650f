# Losing one zone must not take the files away. A file system that is tagged as a development or test one is not asked.
# Two subnets and a move of the data are a person's work, so there is no fix.
rule {
  title    = "FSx file system spans two zones"
  severity = "medium"
  resource = ["aws_fsx_windows_file_system", "aws_fsx_ontap_file_system", "aws_fsx_openzfs_file_system"]
  aliases  = ["fsx_windows_file_system_multi_az_enabled"]
  criteria = {
    "A1.2" = "Files stay available when one zone fails."
  }
  locals {
    spans = self.deployment_type == "MULTI_AZ_1" || self.deployment_type == "MULTI_AZ_2"
    ephemeral = anytrue([for key, value in self.tags : (
      contains(["env", "environment"], lower(key))
      && contains(["dev", "test", "sandbox", "preview", "ci"], lower(value))
    )])
  }
  applies = local.spans == true || local.ephemeral != true
  require = local.spans == true
  message = "${self.address} is in one zone only"
}
