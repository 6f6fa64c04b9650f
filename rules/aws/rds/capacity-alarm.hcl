# A full disk stops a database, and it announces itself for days. Where another tool watches, the setting
# external_monitoring says so.
rule {
  title    = "Databases have an alarm on CPU, storage or connections"
  severity = "medium"
  resource = ["aws_db_instance", "aws_rds_cluster"]
  criteria = {
    "A1.1"  = "Capacity that runs out is noticed in time."
    "CC7.2" = "Unusual load is noticed."
  }
  locals {
    names = [
      "CPUUtilization", "FreeStorageSpace", "FreeableMemory", "DatabaseConnections", "AuroraReplicaLag", "FreeLocalStorage",
    ]
    alarms = concat(
      referrers("aws_cloudwatch_metric_alarm", "dimensions.DBInstanceIdentifier"),
      referrers("aws_cloudwatch_metric_alarm", "dimensions.DBClusterIdentifier"),
    )
  }
  applies = setting.external_monitoring == null || setting.external_monitoring == false
  require = anytrue([for alarm in local.alarms : contains(local.names, alarm.metric_name)])
  message = "${self.address} raises no alarm when its capacity runs out"
}
