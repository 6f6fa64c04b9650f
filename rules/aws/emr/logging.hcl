# The logs of jobs vanish with their cluster. Serverless applications keep them unless the code says otherwise. Only a
# person knows the bucket, so there is no fix.
rule {
  title    = "EMR keeps the logs of its jobs"
  severity = "medium"
  resource = ["aws_emr_cluster", "aws_emrserverless_application"]
  criteria = {
    "CC7.2" = "Failures and misuse of jobs can be looked into afterwards."
    "PI1.3" = "Errors in processing are recorded."
  }
  locals {
    monitoring = self.monitoring_configuration[0]
  }
  # In turn: a cluster; a serverless application, which alone has a type.
  require = self.log_uri != null || (
    self.type != null
    && (
      local.monitoring.managed_persistence_monitoring_configuration[0].enabled != false
      || local.monitoring.s3_monitoring_configuration[0].log_uri != null
      || local.monitoring.cloudwatch_logging_configuration[0].enabled == true
    )
  )
  message = "${self.address} keeps no logs of its jobs"
}
