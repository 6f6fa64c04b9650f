# A pipeline that deploys what nobody built or tested lets mistakes through. Shell commands count as tests, since they
# may be. Only a person knows the tests, so there is no fix.
rule {
  title    = "Pipeline builds or tests before it deploys"
  severity = "low"
  resource = ["aws_codepipeline"]
  criteria = {
    "CC8.1" = "Changes are built or tested before they reach production."
    "PI1.3" = "Errors in processing are caught before a change is released."
  }
  locals {
    # The place of each action: its stage, then its order in it.
    actions = flatten([for at, stage in self.stage : [for action in stage.action : {
      category = action.category
      place    = at * 1000 + (action.run_order == null ? 1 : action.run_order)
    }]])
  }
  applies = anytrue([for action in local.actions : action.category == "Deploy"])
  require = alltrue([for action in local.actions : action.category != "Deploy" || (
    anytrue([for test in local.actions : (
      contains(["Test", "Build", "Compute"], test.category) && test.place < action.place
    )])
  )])
  message = "${self.address} deploys before anything is built or tested"
}
