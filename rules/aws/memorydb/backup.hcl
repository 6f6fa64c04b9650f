# MemoryDB is used as a primary store. Without the attribute it keeps no snapshot at all.
rule {
  title    = "MemoryDB keeps its snapshots at least 7 days"
  severity = "high"
  resource = ["aws_memorydb_cluster"]
  criteria = {
    "A1.2" = "The cluster's data can be restored from a snapshot of the past week."
  }
  require = self.snapshot_retention_limit >= 7
  message = "${self.address} keeps its snapshots less than 7 days"
  fix {
    title         = "Keep the snapshots of ${self.address} for 7 days"
    applicability = "review"
    caution       = "Snapshots beyond the first are billed by size."
  }
}
