# Errors in processing must be noticed and corrected, not end a run without a word. A parallel or map state is also
# handled where every task inside it is. What to do on failure is a decision, so there is no fix.
rule {
  title    = "Step Functions tasks handle errors"
  severity = "medium"
  resource = ["aws_sfn_state_machine"]
  criteria = {
    "PI1.3" = "A task that fails is tried again, or leads to a state that deals with it."
    "PI1.4" = "Outputs are complete, because a failed step does not go unnoticed."
  }
  locals {
    working = ["Task", "Parallel", "Map"]
    inside = { for name, state in jsondecode(self.definition).States : name => flatten([
      for part in concat(state.Branches, [state.ItemProcessor, state.Iterator]) : [
        for inner in part.States : length(inner.Retry) > 0 || length(inner.Catch) > 0
        if contains(local.working, inner.Type)
      ]
    ]) }
  }
  applies = self.definition != null
  require = alltrue([
    for name, state in jsondecode(self.definition).States : (
      length(state.Retry) > 0
      || length(state.Catch) > 0
      || (state.Type != "Task" && alltrue(local.inside[name]))
    ) if contains(local.working, state.Type)
  ])
  message = "${self.address} has a state that neither retries nor catches errors"
}
