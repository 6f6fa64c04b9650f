# What the gateway refuses never reaches the code behind it. Methods that take a body need a model and a validator;
# methods that only pass everything on (ANY) leave it to the application.
rule {
  title    = "API Gateway methods validate requests"
  severity = "medium"
  resource = ["aws_api_gateway_method"]
  aliases  = ["CKV2_AWS_53"]
  criteria = {
    "PI1.2" = "Inputs are checked against a definition before they are processed."
    "PI1.1" = "What a valid request looks like is defined."
    "CC6.8" = "Malformed input is kept away from the code behind the API."
  }
  locals {
    body       = contains(["POST", "PUT", "PATCH"], self.http_method)
    validators = referred("request_validator_id")
  }
  applies = local.body == true || (self.http_method != "ANY" && length(self.request_parameters) > 0)
  require = (
    self.request_validator_id != null
    && alltrue([for validator in local.validators : (
      validator.validate_request_body == true || validator.validate_request_parameters == true
    )])
    && (local.body == false || length(self.request_models) > 0)
  )
  message = "${self.address} passes requests on without checking them"
}
