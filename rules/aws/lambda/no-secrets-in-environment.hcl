# Environment variables are visible to everyone with lambda:GetFunctionConfiguration, and stand in the state. The
# code that reads the secret has to change with it, so there is no fix.
rule {
  title    = "Lambda environment holds no secrets"
  severity = "critical"
  resource = ["aws_lambda_function"]
  aliases  = ["CKV_AWS_45", "awslambda_function_no_secrets_in_variables"]
  criteria = {
    "CC6.1" = "Credentials are kept in a store that checks who reads them."
    "C1.1"  = "Confidential values do not lie open in configuration."
  }
  require = alltrue([
    for name, value in self.environment[0].variables : looks_secret(name, value) == false
  ])
  message = "${self.address} has a secret in plain text in its environment"
}
