# What a pipeline did, and where it failed, stands in these logs only. Task logs are on by default, the other four are
# not.
rule {
  title    = "MWAA environment writes all its logs"
  severity = "medium"
  resource = ["aws_mwaa_environment"]
  aliases  = ["CKV_AWS_242", "CKV_AWS_243", "CKV_AWS_244"]
  criteria = {
    "CC7.2" = "Failures and access to the environment can be watched."
    "PI1.3" = "Each run of a pipeline, and each error in it, is recorded."
  }
  locals {
    logs           = self.logging_configuration[0]
    dag_processing = local.logs.dag_processing_logs[0].enabled != true
    scheduler      = local.logs.scheduler_logs[0].enabled != true
    webserver      = local.logs.webserver_logs[0].enabled != true
    worker         = local.logs.worker_logs[0].enabled != true
    tasks          = local.logs.task_logs[0].enabled == false
  }
  require = (
    self.logging_configuration[0].dag_processing_logs[0].enabled == true
    && self.logging_configuration[0].scheduler_logs[0].enabled == true
    && self.logging_configuration[0].webserver_logs[0].enabled == true
    && self.logging_configuration[0].worker_logs[0].enabled == true
    && self.logging_configuration[0].task_logs[0].enabled != false
  )
  message = "${self.address} does not write all its logs"
  fix {
    title         = "Write all logs of ${self.address}"
    applicability = "review"
    caution       = "The update takes the environment half an hour, and CloudWatch bills the logs by volume."
  }
}
