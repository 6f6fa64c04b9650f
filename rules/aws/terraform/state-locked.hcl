# Two applies at once can spoil the record of the infrastructure. Terraform 1.10 and later lock with a file beside the state,
# older ones with a table. A backend of which the command line gives a part may be locked by it. There is no fix.
rule {
  title    = "Terraform state in S3 is locked while it changes"
  severity = "medium"
  scope    = "estate"
  criteria = {
    "CC8.1" = "Changes are made one after the other."
    "PI1.5" = "The record of what is deployed stays whole."
  }
  locals {
    backends = [for backend in backends() : backend if backend.type == "s3"]
  }
  applies = length(local.backends) > 0
  # What a backend is given is a text or a boolean: Terraform takes both.
  require = alltrue([for backend in local.backends : (
    contains(["true", "1"], tostring(backend.use_lockfile)) || backend.dynamodb_table != null
  )])
  message = "the state in S3 is not locked while it changes; write use_lockfile = true, or dynamodb_table before Terraform 1.10"
}
