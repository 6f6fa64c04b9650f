# Desktops and consoles that sign in through a directory ask for no second factor unless the directory knows a RADIUS
# server. Simple AD can't.
rule {
  title    = "Directories enforce MFA through RADIUS"
  severity = "medium"
  resource = ["aws_directory_service_directory"]
  aliases = [
    "directoryservice_supported_mfa_radius_enabled",
    "directoryservice_radius_server_security_protocol",
  ]
  criteria = {
    "CC6.1" = "A stolen password of the directory alone gives no access."
    "CC6.2" = "Accounts of the directory carry a second factor."
  }
  applies = contains(["MicrosoftAD", "ADConnector"], self.type)
  require = anytrue([for radius in referrers("aws_directory_service_radius_settings", "directory_id") : (
    radius.authentication_protocol == "MS-CHAPv2"
  )])
  message = "${self.address} asks for no second factor"
}
