# A full disk stops the database. Replicas and restored databases take the storage of their source, and RDS Custom can't
# grow by itself: none of them is asked.
rule {
  title    = "RDS storage grows by itself"
  severity = "medium"
  resource = ["aws_db_instance"]
  criteria = {
    "A1.1" = "The database gets more storage before it runs full."
  }
  applies = (
    self.replicate_source_db == null
    && self.snapshot_identifier == null
    && self.restore_to_point_in_time[0] == null
    && (self.engine == null || !startswith(self.engine, "custom-"))
  )
  require = self.max_allocated_storage > self.allocated_storage
  message = "${self.address} does not get more storage when it runs full"
  fix {
    title         = "Let the storage of ${self.address} double"
    applicability = "review"
    caution       = "Storage is billed as it grows, and it never shrinks again: choose the limit that you are ready to pay."
  }
}
