# CloudWatch sees a database from outside; enhanced monitoring or Performance Insights sees what it does. Instances of
# a cluster are judged themselves.
rule {
  title    = "RDS has enhanced monitoring"
  severity = "low"
  resource = ["aws_db_instance", "aws_rds_cluster_instance"]
  aliases = [
    "CKV_AWS_118",
    "CKV_AWS_353",
    "AVD-AWS-0133",
    "rds_instance_enhanced_monitoring_enabled",
    "aws-rds-enable-performance-insights",
  ]
  criteria = {
    "CC7.2" = "Unusual behaviour of a database can be explained."
    "A1.1"  = "What uses up the capacity is known."
  }
  require = (
    (self.monitoring_interval > 0 && self.monitoring_role_arn != null)
    || self.performance_insights_enabled == true
  )
  message = "${self.address} is watched from outside only"
}
