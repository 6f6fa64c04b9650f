# Silent corruption is often found after weeks, so one copy has to reach back that far. An hourly rule with a short
# life beside a daily one with a long life is good design: one rule is enough.
rule {
  title    = "Backup plan keeps a copy at least 35 days"
  severity = "medium"
  resource = ["aws_backup_plan"]
  aliases  = ["backup_plan_min_retention_35_days", "backup_recovery_point_min_retention_35_days"]
  criteria = {
    "A1.2"  = "Data can be restored from before damage that is noticed late."
    "CC7.4" = "A state from before an incident is still there when it is found."
    "C1.2"  = "How long copies live is decided in the plan."
  }
  # Without a lifecycle AWS Backup never deletes; neither does it with 0. A copy in another vault has its own.
  require = anytrue([for each in self.rule : (
    each.lifecycle[0].delete_after == null
    || each.lifecycle[0].delete_after == 0
    || each.lifecycle[0].delete_after >= 35
    || anytrue([for copy in each.copy_action : (
      copy.lifecycle[0].delete_after == null
      || copy.lifecycle[0].delete_after == 0
      || copy.lifecycle[0].delete_after >= 35
    )])
  )])
  message = "${self.address} deletes every copy in less than 35 days"
  fix {
    title         = "Keep the copies of ${self.address} for 35 days"
    applicability = "review"
    caution       = "Storage costs grow with the retention. Check which retention you have committed to."
  }
}
