# A fault is often noticed days later: snapshots must reach back that far. Without the attribute it is one day, and 0
# turns them off.
rule {
  title    = "Redshift snapshots are kept at least 7 days"
  severity = "high"
  resource = ["aws_redshift_cluster"]
  aliases = [
    "CKV_AWS_343",
    "redshift_cluster_automated_snapshot",
    "redshift_cluster_automatic_snapshots_min_7_days",
  ]
  criteria = {
    "A1.2"  = "The warehouse can be restored from a snapshot of the past week."
    "CC7.4" = "Data damaged in an incident can be recovered from before it."
  }
  require = self.automated_snapshot_retention_period >= 7
  message = "${self.address} keeps its snapshots less than 7 days"
  fix {
    title         = "Keep the snapshots of ${self.address} for 7 days"
    applicability = "review"
    caution       = "Snapshots beyond the free amount are billed by size."
  }
}
