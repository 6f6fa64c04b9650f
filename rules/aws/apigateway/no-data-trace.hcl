# Data trace writes whole requests and answers to the log, with the personal data and the tokens in them, where other
# people read.
rule {
  title    = "API Gateway does not log full request bodies"
  severity = "medium"
  resource = ["aws_api_gateway_method_settings", "aws_apigatewayv2_stage"]
  aliases  = ["CKV_AWS_276"]
  criteria = {
    "C1.1"  = "Confidential contents of requests stay out of the logs."
    "P4.1"  = "Personal data is not copied where nobody needs it."
    "CC6.1" = "Tokens of callers can't be read from a log."
  }
  require = (
    alltrue([for block in self.settings : block.data_trace_enabled != true])
    && alltrue([for block in self.default_route_settings : block.data_trace_enabled != true])
    && alltrue([for block in self.route_settings : block.data_trace_enabled != true])
  )
  message = "${self.address} writes request bodies to the log"
  fix {
    title         = "Keep request bodies out of the log of ${self.address}"
    applicability = "auto"
  }
}
