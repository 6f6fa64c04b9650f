# A backup is worth what its last restore showed. It is asked of configurations that hold the baseline of an account and
# a backup plan. Tests that are made elsewhere are declared with the setting `external_restore_tests`.
rule {
  title    = "Restores are tested on a schedule"
  severity = "high"
  scope    = "estate"
  criteria = {
    "A1.3"  = "Recovery is tested, not only prepared."
    "CC7.5" = "Recovery after an incident is known to work."
  }
  applies = (
    account_baseline()
    && length(resources("aws_backup_plan")) > 0
    && setting.external_restore_tests != true
  )
  require = (
    anytrue([for plan in resources("aws_backup_restore_testing_plan") : plan.schedule_expression != null])
    && length(resources("aws_backup_restore_testing_selection")) > 0
  )
  message = "no restore of a backup is tested on a schedule"
}
