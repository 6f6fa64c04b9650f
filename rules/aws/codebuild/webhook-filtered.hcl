# Who may start a build may run code with its role. Patterns are searched for anywhere in the text: an account id without
# anchors also lets in whoever gets a longer one. Whether strangers can open pull requests is known only where the project
# shows its builds to everybody; elsewhere pull requests are left to who may open them. Only a person knows the accounts
# that are trusted, so there is no fix.
rule {
  title    = "CodeBuild webhook does not build untrusted pull requests"
  severity = "high"
  resource = ["aws_codebuild_webhook"]
  aliases  = ["codebuild_project_webhook_filters_use_anchored_patterns"]
  criteria = {
    "CC8.1" = "Only changes of trusted people are built."
    "CC6.8" = "Strangers can't run code with the rights of a build."
  }
  locals {
    # From the first to the last character: in one piece, each alternative, or all of them in brackets.
    whole = "^\\^[^|]*[$]$|^\\^\\([^()]*\\)[$]$|^(\\^[^|^$]*[$][|])+\\^[^|^$]*[$]$"
    loose = [for group in self.filter_group : anytrue([
      for filter in group.filter : length(regexall(local.whole, filter.pattern)) == 0
      if filter.type == "ACTOR_ACCOUNT_ID" && filter.exclude_matched_pattern != true
    ])]
    public   = anytrue([for project in referred("project_name") : project.project_visibility == "PUBLIC_READ"])
    approved = anytrue([for policy in self.pull_request_build_policy : policy.requires_comment_approval != "DISABLED"])
    # Whether each group names its actors, or has no pull requests in it.
    closed = [for group in self.filter_group : (
      anytrue([for filter in group.filter : filter.type == "ACTOR_ACCOUNT_ID" && filter.exclude_matched_pattern != true])
      || anytrue([for filter in group.filter : !(
        strcontains(filter.pattern, "PULL_REQUEST_CREATED")
        || strcontains(filter.pattern, "PULL_REQUEST_UPDATED")
        || strcontains(filter.pattern, "PULL_REQUEST_REOPENED")
      ) if filter.type == "EVENT"])
    )]
    runner = anytrue([for group in self.filter_group : anytrue([
      for filter in group.filter : strcontains(filter.pattern, "WORKFLOW_JOB_QUEUED") if filter.type == "EVENT"
    ])])
    guarded = local.approved == true || (length(local.closed) > 0 && alltrue(local.closed))
  }
  # Without a public project, pull requests that nothing guards are nobody's known fault; whose workflows a runner takes is
  # decided in the repository.
  applies = anytrue(local.loose) || (local.runner == false && (local.public == true || local.guarded == true))
  require = alltrue([for group in self.filter_group : alltrue([for filter in group.filter : (
    length(regexall(local.whole, filter.pattern)) > 0
    || filter.type != "ACTOR_ACCOUNT_ID"
    || filter.exclude_matched_pattern == true
  )])]) && local.guarded == true
  message = "${self.address} can be made to build the pull requests of strangers"
}
