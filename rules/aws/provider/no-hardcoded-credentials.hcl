# A key in code is in every clone and in the history for ever. Reported are literals, also where they come from a local or a
# variable's default; what is plainly a placeholder, such as the keys of a local stand-in for AWS, is not. The key has to be
# changed and the provider given a role, so there is no fix.
rule {
  title    = "AWS provider blocks hold no credentials"
  severity = "critical"
  scope    = "estate"
  aliases  = ["CKV_AWS_41"]
  criteria = {
    "CC6.1" = "Access to the account is not in the hands of whoever reads the code."
    "C1.1"  = "Credentials do not lie open in version control."
  }
  locals {
    blocks = [for block in provider_blocks("aws") : block if !anytrue(flatten([for endpoints in block.endpoints : [
      for service, address in endpoints : length(regexall("localhost|127\\.0\\.0\\.1|localstack|moto", address == null ? "" : "${address}")) > 0
    ]]))]
  }
  applies = length(local.blocks) > 0
  require = alltrue([for block in local.blocks : (
    looks_secret("secret_key", block.secret_key) == false
    && looks_secret("secret_key", block.access_key) == false
    && looks_secret("token", block.token) == false
  )])
  message = "an AWS provider block holds credentials; use a profile, the environment or assume_role, and deactivate the key"
}
