# State holds every attribute in clear text, secrets included. A backend of which the command line gives a part may be
# encrypted by it. The backend is no resource, so there is no fix.
rule {
  title    = "Terraform state in S3 is encrypted and holds no credentials"
  severity = "high"
  scope    = "estate"
  criteria = {
    "CC6.1" = "The layout and the secrets in the state can be read only through their key."
    "C1.1"  = "Confidential values in the state are encrypted at rest."
    "CC8.1" = "The record of what is deployed is protected."
  }
  locals {
    backends = [for backend in backends() : backend if backend.type == "s3" || backend.type == "local"]
  }
  applies = length(local.backends) > 0
  # What a backend is given is a text or a boolean: Terraform takes both.
  require = alltrue([for backend in local.backends : (
    backend.type == "s3"
    && contains(["true", "1"], tostring(backend.encrypt))
    && backend.access_key == null
    && backend.secret_key == null
  )])
  message = local.backends[0].type == "local" ? "the state lies unencrypted in a local file; a backend with encryption should keep it" : "the state in S3 is not encrypted by the backend, or the backend holds credentials; write encrypt = true and no keys"
}
