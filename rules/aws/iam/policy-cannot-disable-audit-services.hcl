# Whoever can stop the trail can hide what was done, so an auditor asks who can before relying on the logs. Only a person
# knows which role needs these actions, so there is no fix.
rule {
  title    = "IAM policy cannot switch off audit and detection services"
  severity = "high"
  resource = ["aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy", "aws_iam_role"]
  aliases  = ["iam_policy_no_full_access_to_cloudtrail", "iam_inline_policy_no_full_access_to_cloudtrail"]
  criteria = {
    "CC3.3" = "Fraud can't be hidden by stopping its record."
    "CC7.2" = "Detection keeps running because few can stop it."
    "CC6.3" = "Rights over the audit trail are kept apart from other rights."
  }
  locals {
    texts = concat([self.policy], [for inline in self.inline_policy : inline.policy])
    # Without what other rules report (every action, and NotAction), and without what a condition narrows.
    policies = [for text in local.texts : {
      Statement = [for statement in policy_statements(text) : {
        Effect      = statement.effect
        Action      = statement.actions
        Resource    = statement.resources
        NotResource = statement.not_resources
      } if length(statement.conditions) == 0 && length(statement.not_actions) == 0 && !contains(statement.actions, "*")]
    }]
    actions = [
      "cloudtrail:StopLogging",
      "cloudtrail:DeleteTrail",
      "cloudtrail:PutEventSelectors",
      "cloudtrail:UpdateTrail",
      "config:StopConfigurationRecorder",
      "config:DeleteConfigurationRecorder",
      "config:DeleteDeliveryChannel",
      "guardduty:DeleteDetector",
      "guardduty:UpdateDetector",
      "securityhub:DisableSecurityHub",
      "inspector2:Disable",
      "macie2:DisableMacie",
      "access-analyzer:DeleteAnalyzer",
      "logs:DeleteLogGroup",
    ]
  }
  applies = only_bounds() == false
  require = alltrue([for policy in local.policies : (
    alltrue([for action in local.actions : policy_allows(policy, action, "*") == false])
  )])
  message = "${self.address} allows switching off services that record or detect"
}
