# Rotation bounds what a leaked key exposes. Asymmetric, HMAC and custom-store keys can't rotate by themselves.
rule {
  title    = "KMS key rotates at least once a year"
  severity = "medium"
  resource = ["aws_kms_key"]
  aliases  = ["CKV_AWS_7", "AVD-AWS-0065", "aws-kms-auto-rotate-keys", "kms_cmk_rotation_enabled"]
  criteria = {
    "PI1.5" = "Stored data is protected by keys that are renewed."
    "CC6.1" = "Encryption keys are managed through their life, including renewal."
  }
  applies = (
    (self.customer_master_key_spec == null || self.customer_master_key_spec == "SYMMETRIC_DEFAULT")
    && (self.key_usage == null || self.key_usage == "ENCRYPT_DECRYPT")
    && self.custom_key_store_id == null
    && self.xks_key_id == null
  )
  require = (
    self.enable_key_rotation == true
    && (self.rotation_period_in_days == null || self.rotation_period_in_days <= 365)
  )
  message = "${self.address} is not rotated once a year"
  fix {
    title         = "Rotate ${self.address} every year"
    applicability = "auto"
  }
}
