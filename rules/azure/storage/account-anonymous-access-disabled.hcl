# While the switch is on, one container's setting exposes its files to the internet without a sign-in.
# The provider turns it on unless the configuration says otherwise.
rule {
  title    = "Storage account forbids anonymous blob access"
  severity = "high"
  resource = ["azurerm_storage_account"]
  aliases = [
    "CKV_AZURE_59",
    "CKV_AZURE_190",
    "CKV2_AZURE_47",
    "storage_blob_public_access_level_is_disabled",
  ]
  criteria = {
    "CC6.1" = "Only authorised identities can read stored blobs."
    "CC6.6" = "Closes a path from the internet to internal data."
    "C1.1"  = "Confidential files can't be published by one setting."
  }
  require = (
    self.allow_nested_items_to_be_public == false
    # Before provider 3 it had another name.
    || self.allow_blob_public_access == false
    || self.public_network_access_enabled == false
  )
  message = "${self.address} lets its containers be made public"
  fix {
    title         = "Forbid anonymous access to ${self.address}"
    applicability = "review"
    caution       = "Links to blobs of public containers stop working at once."
  }
}
