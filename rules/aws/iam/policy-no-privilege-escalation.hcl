# A role that can give itself more rights makes every access review that relied on its documented rights worthless. Each
# policy is judged alone; what it denies itself does not count. Splitting rights needs a person, so there is no fix.
rule {
  title    = "IAM policy contains no path to more rights"
  severity = "high"
  resource = ["aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy", "aws_iam_role"]
  aliases = [
    "CKV_AWS_110",
    "CKV_AWS_286",
    "iam_policy_allows_privilege_escalation",
    "iam_inline_policy_allows_privilege_escalation",
  ]
  criteria = {
    "CC6.3" = "Rights stay as they were approved."
    "CC3.3" = "A way to take rights and use them unseen is closed."
    "CC6.1" = "Nobody widens their own access."
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
    denied = [for text in local.texts : {
      Statement = [for statement in policy_statements(text) : {
        Effect   = "Allow"
        Action   = statement.actions
        Resource = statement.resources
      } if statement.effect == "Deny" && length(statement.not_actions) == 0]
    }]
    # Each is enough, if all its actions are allowed.
    paths = [
      ["iam:CreatePolicyVersion"],
      ["iam:SetDefaultPolicyVersion"],
      ["iam:AttachUserPolicy"],
      ["iam:AttachGroupPolicy"],
      ["iam:AttachRolePolicy"],
      ["iam:PutUserPolicy"],
      ["iam:PutGroupPolicy"],
      ["iam:PutRolePolicy"],
      ["iam:AddUserToGroup"],
      ["iam:UpdateAssumeRolePolicy", "sts:AssumeRole"],
      ["iam:CreateAccessKey"],
      ["iam:CreateLoginProfile"],
      ["iam:UpdateLoginProfile"],
      ["iam:PassRole", "ec2:RunInstances"],
      ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"],
      ["iam:PassRole", "lambda:CreateFunction", "lambda:CreateEventSourceMapping"],
      ["iam:PassRole", "glue:CreateDevEndpoint"],
      ["iam:PassRole", "glue:CreateJob"],
      ["iam:PassRole", "cloudformation:CreateStack"],
      ["iam:PassRole", "datapipeline:CreatePipeline"],
      ["iam:PassRole", "sagemaker:CreateNotebookInstance"],
      ["iam:PassRole", "codebuild:CreateProject"],
      ["iam:PassRole", "ecs:RunTask", "ecs:RegisterTaskDefinition"],
      ["iam:PassRole", "ssm:StartAutomationExecution"],
      ["iam:PassRole", "bedrock-agentcore:CreateCodeInterpreter"],
      ["lambda:UpdateFunctionCode"],
      ["glue:UpdateDevEndpoint"],
      ["codestar:CreateProject"],
    ]
  }
  applies = only_bounds() == false
  require = alltrue([for index, policy in local.policies : (
    alltrue([for path in local.paths : (
      anytrue([for action in path : (
        policy_allows(policy, action, "*") == false || policy_allows(local.denied[index], action, "*") == true
      )])
    )])
  )])
  message = "${self.address} lets its holder take more rights"
}
