# A service that may invoke the function without naming its source does so for resources of other accounts too. Which
# source is meant only a person knows, so there is no fix.
rule {
  title    = "Lambda permission of a service names the source"
  severity = "high"
  resource = ["aws_lambda_permission"]
  aliases  = ["CKV_AWS_364", "AVD-AWS-0067", "aws-lambda-restrict-source-arn"]
  criteria = {
    "CC6.1" = "The function is invoked for known sources only."
    "CC6.3" = "A service has the right to invoke for one source, not for all."
  }
  applies = length(regexall("[.]amazonaws[.]com(|[.]cn)$", self.principal)) > 0
  require = (
    self.source_arn != null
    || self.source_account != null
    || self.principal_org_id != null
    || self.event_source_token != null
  )
  message = "${self.address} lets the service invoke the function for any account"
}
