# A build that starts for anybody's pull request runs a stranger's code with the role of the project. Patterns of
# account ids need both anchors: without them a longer id matches as well.
rule {
  title    = "CodeBuild webhooks do not build untrusted pull requests"
  severity = "high"
  resource = ["aws_codebuild_webhook"]
  aliases  = ["codebuild_project_webhook_filters_use_anchored_patterns"]
  criteria = {
    "CC8.1" = "Only code of known people is built."
    "CC6.8" = "Code of strangers does not run with the project's rights."
  }
  locals {
    approved = anytrue([for policy in self.pull_request_build_policy : (
      contains(["ALL_PULL_REQUESTS", "FORK_PULL_REQUESTS"], policy.requires_comment_approval)
    )])
    guarded = [for group in self.filter_group : (
      alltrue([for filter in group.filter : (
        filter.type != "EVENT"
        || length(regexall("PULL_REQUEST_(CREATED|UPDATED|REOPENED)", filter.pattern)) == 0
      )])
      || anytrue([for filter in group.filter : (
        filter.type == "ACTOR_ACCOUNT_ID"
        && startswith(filter.pattern, "^") && endswith(filter.pattern, "$")
      )])
    )]
  }
  require = local.approved == true || (length(self.filter_group) > 0 && alltrue(local.guarded))
  message = "${self.address} builds pull requests of anybody"
}
