# Version 1 of the GitHub source works with a person's OAuth token, which stands in the state and in the pipeline.
# Connections need none.
rule {
  title    = "Pipeline sources use a connection, not a token"
  severity = "high"
  resource = ["aws_codepipeline", "aws_codepipeline_webhook"]
  criteria = {
    "CC8.1" = "Source code comes over a path that the organisation controls."
    "CC6.1" = "No long-lived token of a person opens the repository."
  }
  require = (
    alltrue([for stage in self.stage : alltrue([for action in stage.action : (
      (action.category == "Source" && action.owner == "ThirdParty") == false
    )])])
    && alltrue([for configuration in self.authentication_configuration : (
      configuration.secret_token == null
      || (configuration.secret_token != null && looks_secret("token", configuration.secret_token) == false)
    )])
  )
  message = "${self.address} works with a token instead of a connection"
}
