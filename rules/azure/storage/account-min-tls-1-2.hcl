# TLS 1.0 and 1.1 have practical downgrade attacks. The provider asks for TLS 1.2 unless told otherwise.
rule {
  title    = "Storage account requires TLS 1.2 or newer"
  severity = "high"
  resource = ["azurerm_storage_account"]
  aliases = [
    "CKV_AZURE_44",
    "AVD-AZU-0011",
    "AVD-AZU-0059",
    "azure-storage-use-secure-tls-policy",
    "storage_ensure_minimum_tls_version_12",
  ]
  criteria = {
    "CC6.7" = "Data in transit is protected by a current version of TLS."
    "CC6.6" = "Requests from outside can't be downgraded to a broken protocol."
    "CC6.1" = "Access keys can't be taken from a weak connection."
  }
  require = (
    self.min_tls_version == null
    || self.min_tls_version == "TLS1_2"
    || self.min_tls_version == "TLS1_3"
  )
  message = "${self.address} accepts TLS 1.0 or 1.1"
  fix {
    title         = "Require TLS 1.2 on ${self.address}"
    applicability = "review"
    caution       = "Clients that know nothing newer than TLS 1.1 can no longer connect."
  }
}
