# An API key is shared, ends up in clients, and says nothing about who calls. Every way in counts: an additional
# provider opens the fields that name it. Clients have to change with it, so there is no fix.
rule {
  title    = "AppSync API does not accept API keys"
  severity = "high"
  resource = ["aws_appsync_graphql_api", "aws_appsync_api"]
  aliases  = ["appsync_graphql_api_no_api_key_authentication"]
  criteria = {
    "CC6.1" = "Callers are identified before they reach data."
    "CC6.6" = "A key copied from a client opens nothing to outsiders."
    "CC2.2" = "Interfaces offered to others name their users."
  }
  # In turn: the GraphQL API, and the channels of an Event API.
  require = (
    self.authentication_type != "API_KEY"
    && alltrue([for provider in self.additional_authentication_provider : provider.authentication_type != "API_KEY"])
    && alltrue([for config in self.event_config : (
      alltrue([for mode in config.default_publish_auth_mode : mode.auth_type != "API_KEY"])
      && alltrue([for mode in config.default_subscribe_auth_mode : mode.auth_type != "API_KEY"])
    )])
  )
  message = "${self.address} accepts API keys"
}
