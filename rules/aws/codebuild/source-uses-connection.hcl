# A personal access token belongs to a person, lasts and can do all that the person can. A connection belongs to the
# account and can be taken back.
rule {
  title    = "CodeBuild sources use OAuth or a connection"
  severity = "medium"
  resource = ["aws_codebuild_project", "aws_codebuild_source_credential"]
  aliases  = ["codebuild_project_source_repo_oauth_configured"]
  criteria = {
    "CC8.1" = "Source code comes over a path that the organisation controls."
    "CC7.2" = "Use of the source is tied to a named connection."
    "CC6.1" = "No person's long-lived token opens the repository."
  }
  locals {
    sources = concat(self.source, self.secondary_sources)
    foreign = [for source in local.sources : contains(
      ["GITHUB", "GITHUB_ENTERPRISE", "GITLAB", "GITLAB_SELF_MANAGED", "BITBUCKET"],
      source.type,
    )]
  }
  applies = self.auth_type != null || anytrue(local.foreign)
  require = (
    contains(["PERSONAL_ACCESS_TOKEN", "BASIC_AUTH"], self.auth_type) == false
    && alltrue([for source in local.sources : source.insecure_ssl != true && alltrue([
      for auth in source.auth : contains(["OAUTH", "CODECONNECTIONS", "SECRETS_MANAGER"], auth.type)
    ])])
  )
  message = "${self.address} does not get its source over a trusted connection"
}
