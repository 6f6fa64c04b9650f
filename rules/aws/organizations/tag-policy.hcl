# Tags for owner and class are how confidential data is found in an inventory. Whether the policy enforces them is left
# open. It is asked where the organisation is in the tree. The tags are a person's decision, so there is no fix.
rule {
  title    = "A tag policy is enabled and attached"
  severity = "low"
  scope    = "estate"
  aliases  = ["organizations_tags_policies_enabled_and_attached"]
  criteria = {
    "C1.1"  = "Confidential data can be found by its tags."
    "CC1.1" = "Every resource has an owner who answers for it."
    "CC5.3" = "Rules for tags are put in place by technical means."
  }
  locals {
    enabled = [for organization in resources("aws_organizations_organization") : contains(organization.enabled_policy_types, "TAG_POLICY")]
  }
  applies = length(resources("aws_organizations_organization")) > 0
  require = (
    anytrue(local.enabled)
    && anytrue([for policy in resources("aws_organizations_policy") : policy.type == "TAG_POLICY"])
    && length(resources("aws_organizations_policy_attachment")) > 0
  )
  message = "no tag policy is attached in the organisation"
}
