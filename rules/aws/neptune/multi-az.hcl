# With a single instance nothing answers queries while that instance is rebuilt.
rule {
  title    = "Neptune clusters have two or more instances"
  severity = "medium"
  resource = ["aws_neptune_cluster"]
  aliases  = ["neptune_cluster_multi_az"]
  criteria = {
    "A1.2" = "Another instance takes over when a zone is lost."
  }
  # An instance whose cluster is not known may belong to this one.
  applies = alltrue([
    for instance in resources("aws_neptune_cluster_instance") : instance.cluster_identifier == null || instance.cluster_identifier != null
  ])
  require = length(referrers("aws_neptune_cluster_instance", "cluster_identifier")) >= 2
  message = "${self.address} has fewer than two instances"
}
