# It is the proof that no owner of an account could switch off the records of the audit period. Control Tower brings the
# same guardrails. It is asked where the organisation or its service control policies are in the tree.
rule {
  title    = "A service control policy keeps audit and detection on"
  severity = "medium"
  scope    = "estate"
  criteria = {
    "CC5.3" = "The rule that records stay on is enforced by technical means."
    "CC7.2" = "Detection keeps running in every account."
    "CC3.3" = "Fraud can't be hidden by stopping its record."
  }
  locals {
    policies = [for policy in resources("aws_organizations_policy") : policy if policy.type == null || policy.type == "SERVICE_CONTROL_POLICY"]
    denied = [for policy in local.policies : {
      Statement = [for statement in policy_statements(policy.content) : {
        Effect    = "Allow"
        Action    = statement.actions
        NotAction = statement.not_actions
        Resource  = "*"
      } if statement.effect == "Deny"]
    }]
    trail = anytrue([for policy in local.denied : (
      policy_allows(policy, "cloudtrail:StopLogging", "*") && policy_allows(policy, "cloudtrail:DeleteTrail", "*")
    )])
    config = anytrue([for policy in local.denied : (
      policy_allows(policy, "config:StopConfigurationRecorder", "*")
      || policy_allows(policy, "config:DeleteConfigurationRecorder", "*")
    )])
    detector = anytrue([for policy in local.denied : (
      policy_allows(policy, "guardduty:DeleteDetector", "*")
      || policy_allows(policy, "guardduty:DisassociateFromMasterAccount", "*")
    )])
    leave = anytrue([for policy in local.denied : policy_allows(policy, "organizations:LeaveOrganization", "*")])
  }
  applies = length(resources("aws_organizations_organization")) + length(local.policies) > 0
  require = length(resources("aws_controltower_landing_zone")) > 0 || (
    local.trail == true
    && local.config == true
    && local.detector == true
    && local.leave == true
    && length(resources("aws_organizations_policy_attachment")) > 0
  )
  message = "no service control policy keeps accounts from switching off audit and detection"
}
