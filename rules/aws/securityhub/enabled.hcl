# Security Hub judges the account all the time and collects what other services find. Asked where the configuration is
# an account's baseline; a SIEM does the same, and the setting external_siem says so.
rule {
  title    = "Security Hub is enabled"
  severity = "high"
  scope    = "estate"
  aliases  = ["securityhub_enabled", "securityhub_delegated_admin_enabled_all_regions", "securityhub_enabled"]
  criteria = {
    "CC7.1" = "Configurations that weaken the account are found."
    "CC3.1" = "The state of the account is measured against a standard."
    "CC9.1" = "Risks from weak configuration are known."
    "CC7.3" = "Findings are collected and judged in one place."
  }
  locals {
    central = [for configuration in resources("aws_securityhub_organization_configuration") : (
      configuration.auto_enable == true
      || anytrue([for organization in configuration.organization_configuration : organization.configuration_type == "CENTRAL"])
    )]
  }
  applies = account_baseline() == true && (setting.external_siem == null || setting.external_siem == false)
  require = length(resources("aws_securityhub_account")) > 0 || anytrue(local.central)
  message = "Security Hub is not on"
  fix {
    title         = "Turn on Security Hub"
    creates       = account_baseline()
    applicability = "review"
    caution       = "Security Hub bills each check and needs AWS Config. It is one switch for each region, and on already where the organization turned it on."
  }
}
