# A full disk stops a database, and it announces itself for days. Where another tool watches, its provider in the tree or
# the setting external_monitoring says so.
rule {
  title    = "Databases have an alarm on CPU, storage or connections"
  severity = "medium"
  resource = ["aws_db_instance", "aws_rds_cluster"]
  criteria = {
    "A1.1"  = "Capacity that runs out is noticed in time."
    "CC7.2" = "Unusual load is noticed."
  }
  locals {
    # Tools that watch databases beside CloudWatch.
    others = concat(
      provider_blocks("datadog"),
      provider_blocks("newrelic"),
      provider_blocks("dynatrace"),
      provider_blocks("signalfx"),
      provider_blocks("grafana"),
    )
    names = [
      "CPUUtilization", "FreeStorageSpace", "FreeableMemory", "DatabaseConnections", "AuroraReplicaLag", "FreeLocalStorage",
    ]
    instances = referrers("aws_rds_cluster_instance", "cluster_identifier")
    alarms = concat(
      referrers("aws_cloudwatch_metric_alarm", "dimensions.DBInstanceIdentifier"),
      referrers("aws_cloudwatch_metric_alarm", "dimensions.DBClusterIdentifier"),
      # By name alone, or through an instance of the cluster.
      [for alarm in resources("aws_cloudwatch_metric_alarm") : alarm if(
        (alarm.dimensions.DBInstanceIdentifier != null && alarm.dimensions.DBInstanceIdentifier == self.identifier)
        || (alarm.dimensions.DBClusterIdentifier != null && alarm.dimensions.DBClusterIdentifier == self.cluster_identifier)
        || (alarm.dimensions.DBInstanceIdentifier != null && anytrue([
          for instance in local.instances : alarm.dimensions.DBInstanceIdentifier == instance.identifier
        ]))
      )],
    )
    computed = flatten([for alarm in concat(
      referrers("aws_cloudwatch_metric_alarm", "metric_query.metric.dimensions.DBInstanceIdentifier"),
      referrers("aws_cloudwatch_metric_alarm", "metric_query.metric.dimensions.DBClusterIdentifier"),
    ) : [for query in alarm.metric_query : [for metric in query.metric : metric.metric_name]]])
  }
  applies = (
    (setting.external_monitoring == null || setting.external_monitoring == false)
    && length(local.others) == 0
  )
  require = (
    anytrue([for alarm in local.alarms : contains(local.names, alarm.metric_name)])
    || anytrue([for name in local.computed : contains(local.names, name)])
  )
  message = "${self.address} raises no alarm when its capacity runs out"
}
