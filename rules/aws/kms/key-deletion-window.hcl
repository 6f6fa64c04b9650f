# Deleting a key destroys all data under it, and the waiting period is the only way back. A key policy that locks
# everybody out ends the same way, so its check stays on.
rule {
  title    = "KMS key can't be lost quickly"
  severity = "medium"
  resource = ["aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key"]
  aliases  = ["kms_cmk_not_deleted_unintentionally", "kms_key_not_pending_deletion"]
  criteria = {
    "A1.2"  = "A deletion by mistake can be cancelled for two weeks or longer."
    "CC6.1" = "Keys are protected through their life, to the end of it."
    "C1.2"  = "Data under a key is disposed of on purpose, never by accident."
  }
  require = (
    (self.deletion_window_in_days == null || self.deletion_window_in_days >= 14)
    && self.bypass_policy_lockout_safety_check != true
  )
  message = "${self.address} can be deleted within two weeks, or locked away by its own policy"
  fix {
    title         = "Keep ${self.address} for 30 days before it is deleted"
    applicability = "auto"
  }
}
