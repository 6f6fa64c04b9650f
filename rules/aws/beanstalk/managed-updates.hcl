# Beanstalk patches its platforms only where managed updates are on; otherwise the machines keep every hole that was
# found since they were made.
rule {
  title    = "Beanstalk platforms update automatically"
  severity = "medium"
  resource = ["aws_elastic_beanstalk_environment"]
  aliases  = ["CKV_AWS_340", "elasticbeanstalk_environment_managed_updates_enabled"]
  criteria = {
    "CC7.1" = "Known weaknesses of the platform are closed without waiting for a person."
  }
  locals {
    templates = referred("template_name")
    settings  = concat(self.setting, flatten([for template in local.templates : template.setting]))
    managed   = "aws:elasticbeanstalk:managedactions"
  }
  # What a template of elsewhere says is not seen here.
  applies = self.template_name == null || length(local.templates) > 0
  require = (
    anytrue([for setting in local.settings : (
      setting.namespace == local.managed && setting.name == "ManagedActionsEnabled" && lower(setting.value) == "true"
    )])
    && anytrue([for setting in local.settings : (
      startswith(setting.namespace, local.managed)
      && setting.name == "UpdateLevel"
      && contains(["minor", "patch"], lower(setting.value))
    )])
  )
  message = "${self.address} does not update its platform by itself"
}
