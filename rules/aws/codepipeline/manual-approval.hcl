# A pipeline that deploys what was pushed lets one person change production alone. An approval step stops it; where
# pull requests are approved before they are merged, the setting approval_in_vcs says so.
rule {
  title    = "Pipelines that deploy have an approval step"
  severity = "high"
  resource = ["aws_codepipeline"]
  criteria = {
    "CC8.1" = "Somebody approves a change before it reaches production."
  }
  locals {
    trial = "(?i)(^|[-_ ])(dev|develop|development|test|qa|stag|stage|staging|sandbox|int|integration|beta|preview|uat)([-_ ]|$)"
    # Stages that change something real. A change set that is only prepared does not.
    deploys = [for at, stage in self.stage : at if anytrue([for action in stage.action : (
      action.category == "Deploy" && action.configuration.ActionMode != "CHANGE_SET_REPLACE"
    )]) && length(regexall(local.trial, replace(stage.name, "/([a-z])([A-Z])/", "$1-$2"))) == 0]
    approvals = [for at, stage in self.stage : at if anytrue([for action in stage.action : action.category == "Approval"])]
    codecommit = anytrue(flatten([for stage in self.stage : [for action in stage.action : (
      action.category == "Source" && action.configuration.RepositoryName != null && action.configuration.BranchName != null
    )]]))
  }
  applies = (
    length(local.deploys) > 0
    && length(regexall(local.trial, self.name)) == 0
    && (setting.approval_in_vcs == null || setting.approval_in_vcs == false)
  )
  require = (
    alltrue([for deploy in local.deploys : anytrue([for approval in local.approvals : approval <= deploy])])
    || (local.codecommit == true && length(resources("aws_codecommit_approval_rule_template_association")) > 0)
  )
  message = "${self.address} deploys without an approval"
}
