# A record of changes says nothing about whether they are right; rules, conformance packs or the standards of Security
# Hub judge it all the time. Asked where the configuration is an account's baseline.
rule {
  title    = "AWS Config rules evaluate the configuration"
  severity = "medium"
  scope    = "estate"
  criteria = {
    "CC4.1" = "Controls are evaluated all the time, not once a year."
    "CC7.1" = "Configurations that break a rule are found."
    "CC5.2" = "Technical controls are checked by a machine."
  }
  locals {
    judges = concat(
      resources("aws_config_config_rule"),
      resources("aws_config_conformance_pack"),
      resources("aws_config_organization_managed_rule"),
      resources("aws_config_organization_custom_rule"),
      resources("aws_config_organization_custom_policy_rule"),
      resources("aws_config_organization_conformance_pack"),
      resources("aws_securityhub_standards_subscription"),
    )
    standards = [for hub in resources("aws_securityhub_account") : hub.enable_default_standards != false]
  }
  applies = account_baseline() == true
  require = length(local.judges) > 0 || anytrue(local.standards)
  message = "nothing evaluates what AWS Config records"
}
