# Storage is kept in three zones, but with a single instance nothing serves it while that instance is rebuilt. Multi-
# AZ clusters and the first Aurora Serverless bring their own; a secondary of a global database may have none. Readers that
# autoscaling keeps count.
rule {
  title    = "Aurora clusters have instances in two zones"
  severity = "medium"
  resource = ["aws_rds_cluster"]
  aliases  = ["rds_cluster_multi_az"]
  criteria = {
    "A1.2" = "Another instance takes over when a zone is lost."
  }
  locals {
    scaled = anytrue([for target in referrers("aws_appautoscaling_target", "resource_id") : target.min_capacity >= 1])
  }
  applies = (
    self.db_cluster_instance_class == null
    && self.engine_mode != "serverless"
    && (self.global_cluster_identifier == null || self.replication_source_identifier == null)
    # An instance whose cluster is not known may belong to this one.
    && alltrue([for instance in resources("aws_rds_cluster_instance") : instance.cluster_identifier == null || instance.cluster_identifier != null])
  )
  require = length(referrers("aws_rds_cluster_instance", "cluster_identifier")) + (local.scaled == true ? 1 : 0) >= 2
  message = "${self.address} has fewer than two instances"
}
