# AWS may use content that some of its AI services process to improve them, unless the organisation opts out. It is asked
# where the organisation is in the tree. The policy has no effect on anything that runs.
rule {
  title    = "AI services opt-out policy is attached"
  severity = "medium"
  scope    = "estate"
  aliases  = ["organizations_opt_out_ai_services_policy"]
  criteria = {
    "P4.1" = "Personal data is used only for the purpose it was given for."
    "P6.1" = "Content is not passed on to train services of others."
    "C1.1" = "Confidential content stays with the services that process it."
  }
  locals {
    enabled = [for organization in resources("aws_organizations_organization") : (
      contains(organization.enabled_policy_types, "AISERVICES_OPT_OUT_POLICY")
    )]
    policies = [for policy in resources("aws_organizations_policy") : (
      policy.type == "AISERVICES_OPT_OUT_POLICY" && length(regexall("optOut", policy.content)) > 0
    )]
  }
  applies = length(resources("aws_organizations_organization")) > 0
  require = (
    anytrue(local.enabled)
    && anytrue(local.policies)
    && length(resources("aws_organizations_policy_attachment")) > 0
  )
  message = "the organisation does not opt out of AI services that learn from its content"
}
