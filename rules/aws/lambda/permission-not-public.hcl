# Anyone with an AWS account could run the function and reach its data, or read a layer's code. A permission of a function
# URL has a rule of its own. Who invokes only a person knows, so there is no fix.
rule {
  title    = "Lambda permission does not allow everyone"
  severity = "critical"
  resource = ["aws_lambda_permission", "aws_lambda_layer_version_permission"]
  aliases  = ["CKV_AWS_301", "awslambda_function_not_publicly_accessible", "lambda_function_restrict_public_access"]
  criteria = {
    "CC6.1" = "Functions and layers are used by named identities only."
    "CC6.6" = "Nobody outside can run the function."
  }
  require = (
    self.principal != "*"
    || self.principal_org_id != null
    || self.organization_id != null
    || self.source_account != null
    || (self.source_arn != null && self.source_arn != "*")
    || self.function_url_auth_type != null
  )
  message = "${self.address} lets everyone in"
}
