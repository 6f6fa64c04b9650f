# Build variables stand in the console and in the build log for everybody who may see a build. Secrets belong into
# Secrets Manager or the Parameter Store.
rule {
  title    = "CodeBuild variables hold no secrets in clear text"
  severity = "critical"
  resource = ["aws_codebuild_project"]
  aliases = [
    "codebuild_project_no_secrets_in_variables",
    "codebuild_project_source_repo_url_no_sensitive_credentials",
    "codebuild_project_plaintext_env_variables_no_sensitive_aws_values",
  ]
  criteria = {
    "CC8.1" = "The way to production can't be taken over with a key from a build."
    "CC7.2" = "Keys don't spread through build logs."
    "CC6.1" = "Credentials are kept where access to them is controlled."
  }
  require = (
    alltrue([for environment in self.environment : alltrue([for variable in environment.environment_variable : (
      contains(["PARAMETER_STORE", "SECRETS_MANAGER"], variable.type) || (
        looks_secret(variable.name, variable.value) == false
        && contains(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"], variable.name) == false
        && variable.value != null
      )
    )])])
    && alltrue([for source in self.source : (
      source.location == null || length(regexall("://[^/@:]+:[^/@]+@", source.location)) == 0
    )])
  )
  message = "${self.address} has a secret in clear text"
}
