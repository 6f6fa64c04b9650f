# Without it one identity can destroy keys for good, and with them every store that they encrypt.
rule {
  title    = "Key vault has purge protection"
  severity = "high"
  resource = ["azurerm_key_vault"]
  aliases = [
    "CKV_AZURE_110",
    "CKV_AZURE_42",
    "AVD-AZU-0016",
    "azure-keyvault-no-purge",
    "keyvault_recoverable",
  ]
  criteria = {
    "CC6.1" = "Keys can't be destroyed by a single identity."
    "A1.2"  = "Deleted keys and secrets can be recovered."
  }
  require = self.purge_protection_enabled == true
  message = "${self.address} can be purged at once"
  fix {
    title         = "Turn on purge protection for ${self.address}"
    applicability = "review"
    caution       = "It can't be turned off again, and the vault's name stays taken for the retention period after a deletion."
  }
}
