# A shared CI service signs tokens for everybody. Without a condition on the subject each of its users can take the role. The
# name of an organisation, project or namespace must be fixed in every value; claims that the caller chooses (branch,
# workflow, environment) do not count first. AWS itself refuses audiences that the provider does not list, so a condition on
# :aud is good but not asked. Who is meant is known to a person only, so there is no fix.
rule {
  title    = "OIDC trust is limited to a named repository, project or account"
  severity = "critical"
  resource = ["aws_iam_role"]
  aliases  = ["CKV_AWS_358", "CKV_AWS_393"]
  criteria = {
    "CC6.1" = "Only a named repository or workload takes on the role."
    "CC6.2" = "A token of somebody else's pipeline is refused."
    "CC8.1" = "Only pipelines of the organisation can change its systems."
  }
  locals {
    # Providers of customers' logins have conditions of their own.
    consumer = ["cognito-identity.amazonaws.com", "accounts.google.com", "graph.facebook.com", "www.amazon.com"]
    open     = "^$|^[*?]|^[a-z_]+:[*?]|^(repo|repository|project_path|organization|group|owner|org|system:serviceaccount)[:/][^:/*?]*[*?]|^(workflow|environment|ref|head_ref|base_ref|context|actor|event_name):"
    subjects = "(?i):(sub|repository|repository_id|repository_owner|repository_owner_id|job_workflow_ref|project_path|project_id|namespace_path|namespace_id|terraform_organization_name|terraform_organization_id|organization_slug|organization_id)$"
    # Other operators hold without the claim too, unless another condition asks for it.
    demands = "(?i)^(foranyvalue:)?string(equals|like|equalsignorecase)$"
    statements = [for statement in policy_statements(self.assume_role_policy) : statement if(
      statement.effect == "Allow"
      && anytrue([for action in statement.actions : length(regexall("(?i)^(sts:\\*|\\*|sts:AssumeRoleW.*)$", action)) > 0])
      && anytrue([for principal in statement.principals : principal.type == "Federated"])
      && !anytrue([for condition in statement.conditions : anytrue([for issuer in local.consumer : startswith(condition.variable, "${issuer}:")])])
      && !anytrue([for action in statement.actions : lower(action) == "sts:assumerolewithsaml"])
    )]
  }
  applies = length(local.statements) > 0
  # Issuers of CircleCI and Bitbucket sign for one organisation only, so their name is enough.
  require = alltrue([for statement in local.statements : anytrue([for condition in statement.conditions : (
    length(regexall("^oidc\\.circleci\\.com/org/|bitbucket\\.org/2\\.0/workspaces/", condition.variable)) > 0
    && startswith(lower(condition.test), "string")
    ) || (
    length(regexall(local.subjects, condition.variable)) > 0
    && (
      length(regexall(local.demands, condition.test)) > 0
      || length(regexall("(?i)^(forallvalues:)?string(equals|like|equalsignorecase)(ifexists)?$", condition.test)) > 0
      && anytrue([for other in statement.conditions : (
        lower(other.variable) == lower(condition.variable)
        && (length(regexall(local.demands, other.test)) > 0 || lower(other.test) == "null" && contains(other.values, "false"))
      )])
    )
    && length(condition.values) > 0
    && alltrue([for value in condition.values : length(regexall(local.open, value)) == 0])
  )])])
  message = "${self.address} can be assumed with tokens of repositories, projects or workloads that nobody named; a condition should fix the subject"
}
