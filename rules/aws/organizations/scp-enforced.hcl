# Guardrails of the organisation can't be bypassed within one account. FullAWSAccess, which AWS attaches by itself, proves
# nothing: something must be denied. It is asked where the organisation is in the tree. A wrong Deny stops workloads, so
# there is no fix.
rule {
  title    = "Service control policies deny something and are attached"
  severity = "high"
  scope    = "estate"
  aliases  = ["organizations_account_part_of_organizations"]
  criteria = {
    "CC5.3" = "Policies of the organisation are put in place by technical means."
    "CC1.3" = "Limits of authority hold in every account."
    "CC6.3" = "No account can give rights that the organisation denies."
  }
  locals {
    enabled = [for organization in resources("aws_organizations_organization") : (
      organization.feature_set != "CONSOLIDATED_BILLING"
      && contains(organization.enabled_policy_types, "SERVICE_CONTROL_POLICY")
    )]
    denying = [for policy in resources("aws_organizations_policy") : (
      (policy.type == null || policy.type == "SERVICE_CONTROL_POLICY")
      && anytrue([for statement in policy_statements(policy.content) : statement.effect == "Deny"])
    )]
  }
  applies = length(resources("aws_organizations_organization")) > 0
  require = (
    anytrue(local.enabled)
    && anytrue(local.denying)
    && length(resources("aws_organizations_policy_attachment")) > 0
  )
  message = "no service control policy limits the accounts of the organisation"
}
