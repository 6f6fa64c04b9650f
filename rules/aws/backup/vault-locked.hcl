# Ransomware deletes the backups first. A lock in governance mode or a policy that denies deletion stops it; a vault that
# Terraform may empty is not protected either. Logically air-gapped vaults are locked by design and of another type.
rule {
  title    = "Backup vault protects its backups against deletion"
  severity = "medium"
  resource = ["aws_backup_vault"]
  aliases  = ["backup_recovery_point_manual_deletion_disabled"]
  criteria = {
    "A1.2"  = "Backups are there when they are needed."
    "CC7.4" = "Recovery from an attack has something to recover from."
    "PI1.5" = "Stored copies are protected from deletion."
  }
  locals {
    lock = referrers("aws_backup_vault_lock_configuration", "backup_vault_name")[0]
    denied = [for attached in referrers("aws_backup_vault_policy", "backup_vault_name") : {
      Statement = [for statement in policy_statements(attached.policy) : {
        Effect   = "Allow"
        Action   = statement.actions
        Resource = "*"
      } if statement.effect == "Deny"]
    }]
  }
  require = self.force_destroy != true && (
    local.lock.min_retention_days >= 7
    || anytrue([for policy in local.denied : (
      policy_allows(policy, "backup:DeleteRecoveryPoint", "*")
      && policy_allows(policy, "backup:UpdateRecoveryPointLifecycle", "*")
      && policy_allows(policy, "backup:DeleteBackupVault", "*")
    )])
  )
  message = "${self.address} lets its backups be deleted"
  fix {
    title         = "Lock ${self.address} in governance mode"
    applicability = "review"
    effect        = "replace"
    caution       = "Jobs that keep a backup for less than seven days fail afterwards. The lock can be taken away again by those who may delete vault locks."
  }
}
