# A database server that the internet reaches is guarded by its firewall rules and a password alone.
rule {
  title    = "SQL server has no public network access"
  severity = "high"
  resource = ["azurerm_mssql_server"]
  aliases  = ["CKV_AZURE_113", "AVD-AZU-0022", "azure-database-no-public-access"]
  criteria = {
    "CC6.6" = "The server can't be reached from outside the network boundary."
    "CC6.1" = "Access to the database goes through a private network."
  }
  require = self.public_network_access_enabled == false
  message = "${self.address} can be reached from public networks"
  fix {
    title         = "Turn off public network access to ${self.address}"
    applicability = "review"
    caution       = "Clients without a private endpoint lose the server at once."
  }
}
