# Whoever can make keys for another identity goes round the approval of credentials. Self-service by `aws:username` and
# calls that accept no narrower resource are not reported. Only a person knows the identity that is meant.
rule {
  title    = "IAM policy does not let callers mint credentials broadly"
  severity = "medium"
  resource = ["aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy", "aws_iam_role"]
  aliases  = ["CKV_AWS_107", "CKV_AWS_287"]
  criteria = {
    "CC6.1" = "Credentials are given out through the approved way only."
    "CC6.3" = "Nobody takes the rights of another by making credentials for them."
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
      "iam:CreateAccessKey",
      "iam:UpdateAccessKey",
      "iam:CreateLoginProfile",
      "iam:CreateServiceSpecificCredential",
      "iam:ResetServiceSpecificCredential",
      "sts:GetFederationToken",
      "sts:AssumeRoleWithSAML",
      "sts:AssumeRoleWithWebIdentity",
      "rds-db:connect",
      "redshift:GetClusterCredentials",
      "redshift:GetClusterCredentialsWithIAM",
      "cognito-idp:*",
      "codepipeline:PollForJobs",
      "mediapackage:RotateIngestEndpointCredentials",
      "sso:GetRoleCredentials",
      "lightsail:DownloadDefaultKeyPair",
      "lightsail:GetInstanceAccessDetails",
      "chime:CreateApiKey",
      "cognito-identity:GetCredentialsForIdentity",
    ]
  }
  applies = only_bounds() == false
  require = alltrue([for policy in local.policies : (
    alltrue([for action in local.actions : policy_allows(policy, action, "*") == false])
  )])
  message = "${self.address} allows making credentials for any identity"
}
