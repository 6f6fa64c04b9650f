# Backups that fail unnoticed are found missing when they are needed. Who is told is a person's decision, so there is no
# fix. Where alarms live elsewhere, the setting `external_monitoring` says so.
rule {
  title    = "Failed backup jobs raise a notification"
  severity = "medium"
  resource = ["aws_backup_vault"]
  criteria = {
    "A1.2"  = "A backup that failed is made good before it is needed."
    "CC7.2" = "Failures of backup jobs reach somebody."
  }
  locals {
    failures = ["BACKUP_JOB_FAILED", "BACKUP_JOB_COMPLETED"]
    notified = [for topic in referrers("aws_backup_vault_notifications", "backup_vault_name") : (
      anytrue([for event in topic.backup_vault_events : contains(local.failures, event)])
      && contains(topic.backup_vault_events, "COPY_JOB_FAILED")
    )]
    routed = [for rule in resources("aws_cloudwatch_event_rule") : (
      rule.state != "DISABLED"
      && rule.is_enabled != false
      && length(regexall("aws[.]backup", rule.event_pattern == null ? "" : rule.event_pattern)) > 0
    )]
  }
  applies = setting.external_monitoring != true
  require = (
    anytrue(local.notified)
    || (length(resources("aws_cloudwatch_event_target")) > 0 && anytrue(local.routed))
  )
  message = "${self.address} tells nobody when a backup or a copy fails"
}
