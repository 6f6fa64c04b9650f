# Over plain HTTP anyone on the path reads blobs and replays shared keys. NFS 3.0 needs this setting off, so such
# accounts are left out.
rule {
  title    = "Storage account accepts HTTPS traffic only"
  severity = "high"
  resource = ["azurerm_storage_account"]
  aliases = [
    "CKV_AZURE_3",
    "AVD-AZU-0008",
    "AVD-AZU-0059",
    "azure-storage-enforce-https",
    "storage_secure_transfer_required_is_enabled",
  ]
  criteria = {
    "CC6.7" = "Data in transit to and from the account is encrypted."
    "CC6.6" = "Requests from outside can't be read on the way."
    "CC6.1" = "Access keys are never sent in clear."
  }
  applies = self.nfsv3_enabled != true
  # Before provider 4 it had another name.
  require = self.https_traffic_only_enabled != false && self.enable_https_traffic_only != false
  message = "${self.address} accepts plain HTTP"
  fix {
    title         = "Accept HTTPS only on ${self.address}"
    applicability = "review"
    caution       = "Clients that use http:// addresses or mount shares with SMB 2.1 stop working."
  }
}
