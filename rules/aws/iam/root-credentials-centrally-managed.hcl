# Member accounts without root credentials have no identity left that no policy limits. Only the management account can
# switch it on, so it is asked where the organisation is in the tree. Credentials that exist are not deleted by it.
rule {
  title    = "Root credentials of member accounts are centrally managed"
  severity = "high"
  scope    = "estate"
  aliases = [
    "AVD-AWS-0142",
    "AVD-AWS-0165",
    "iam_root_credentials_management_enabled",
    "iam_root_mfa_enabled",
    "iam_root_hardware_mfa_enabled",
    "iam_root_user_mfa_enabled",
    "iam_root_user_hardware_mfa_enabled",
  ]
  criteria = {
    "CC6.1" = "Member accounts need no root password or key."
    "CC6.3" = "No identity stands above the policies of the organisation."
    "CC6.6" = "There is no root sign-in to attack from outside."
  }
  locals {
    features = resources("aws_iam_organizations_features")
  }
  applies = length(resources("aws_organizations_organization")) > 0
  require = anytrue([for feature in local.features : (
    contains(feature.enabled_features, "RootCredentialsManagement") && contains(feature.enabled_features, "RootSessions")
  )])
  message = "root credentials of member accounts are not managed centrally"
  fix {
    title         = "Manage root credentials centrally"
    on            = local.features[0]
    applicability = "review"
    caution       = "It holds for every member account, and needs trusted access for iam.amazonaws.com in the organization."
  }
}
