# A route without authorization answers anybody. Of a WebSocket API only the route that connects can ask for it.
rule {
  title    = "HTTP and WebSocket API routes require authorization"
  severity = "high"
  resource = ["aws_apigatewayv2_route"]
  aliases  = ["CKV_AWS_309", "apigatewayv2_api_authorizers_enabled"]
  criteria = {
    "CC6.1" = "Calls are tied to an identity."
    "CC6.6" = "The API can't be used from outside without credentials."
    "CC2.2" = "Who may use the interface is stated in the interface itself."
  }
  locals {
    api = referred("api_id")[0]
  }
  applies = (
    self.route_key == "$connect"
    || (length(regexall("^[A-Z]+ /", self.route_key)) > 0 && startswith(self.route_key, "OPTIONS ") == false)
    || (self.route_key == "$default" && local.api.protocol_type == "HTTP")
  )
  require = contains(["AWS_IAM", "JWT", "CUSTOM"], self.authorization_type) || self.api_key_required == true
  message = "${self.address} answers without authorization"
}
