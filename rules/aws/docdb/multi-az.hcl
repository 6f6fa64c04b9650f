# Storage is kept in three zones, but with a single instance nothing serves it while that instance is rebuilt.
rule {
  title    = "DocumentDB clusters have two or more instances"
  severity = "medium"
  resource = ["aws_docdb_cluster"]
  aliases  = ["documentdb_cluster_multi_az_enabled"]
  criteria = {
    "A1.2" = "Another instance takes over when a zone is lost."
  }
  # An instance whose cluster is not known may belong to this one.
  applies = alltrue([
    for instance in resources("aws_docdb_cluster_instance") : instance.cluster_identifier == null || instance.cluster_identifier != null
  ])
  require = length(referrers("aws_docdb_cluster_instance", "cluster_identifier")) >= 2
  message = "${self.address} has fewer than two instances"
}
