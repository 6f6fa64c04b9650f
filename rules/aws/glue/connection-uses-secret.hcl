# A password in a connection stands in the state and is shown to everybody who may read connections, also when it
# comes from a variable. Glue can take it from a secret.
rule {
  title    = "Glue connections take credentials from a secret"
  severity = "high"
  resource = ["aws_glue_connection"]
  aliases  = ["glue_catalog_connection_no_secrets"]
  criteria = {
    "CC6.1" = "Credentials are kept where access to them is controlled."
    "C1.1"  = "Passwords are not copied into the catalogue and the state."
  }
  locals {
    names = keys(self.connection_properties)
  }
  require = contains(local.names, "SECRET_ID") || contains(local.names, "PASSWORD") == false
  message = "${self.address} holds a password instead of naming a secret"
}
