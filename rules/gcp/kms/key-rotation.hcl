# Rotation bounds what a leaked key version exposes. Asymmetric, imported and external keys can't rotate by themselves.
rule {
  title    = "KMS key rotates within 90 days"
  severity = "medium"
  resource = ["google_kms_crypto_key"]
  aliases = [
    "CKV_GCP_43",
    "AVD-GCP-0065",
    "google-kms-rotate-kms-keys",
    "kms_key_rotation_enabled",
    "kms_key_rotation_max_90_days",
  ]
  criteria = {
    "CC6.1" = "Encryption keys are managed through their life, including renewal."
    "PI1.5" = "Stored data is protected by keys that are renewed."
    "C1.1"  = "A leaked key version opens little confidential data."
  }
  applies = (
    (self.purpose == null || self.purpose == "ENCRYPT_DECRYPT")
    && self.import_only != true
    && !(
      self.version_template[0].protection_level == "EXTERNAL"
      || self.version_template[0].protection_level == "EXTERNAL_VPC"
    )
  )
  # Written as seconds: "7776000s", with decimals allowed.
  require = tonumber(trimsuffix(coalesce(self.rotation_period, "999999999s"), "s")) <= 7776000
  message = "${self.address} is not rotated within 90 days"
  fix {
    title         = "Rotate ${self.address} every 90 days"
    applicability = "auto"
  }
}
