# Keyspaces has no other automated backup: without point-in-time recovery an overwritten table is lost.
rule {
  title    = "Keyspaces table has point-in-time recovery"
  severity = "medium"
  resource = ["aws_keyspaces_table"]
  criteria = {
    "A1.2" = "The table can be restored to any second of the past 35 days."
  }
  require = self.point_in_time_recovery[0].status == "ENABLED"
  message = "${self.address} has no point-in-time recovery"
  fix {
    title         = "Enable point-in-time recovery for ${self.address}"
    applicability = "review"
    caution       = "Backups are billed by the size of the table."
  }
}
