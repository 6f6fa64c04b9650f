# Files in a bucket tell nobody anything. In CloudWatch Logs, or in another place that is searched, events can raise
# an alarm within minutes.
rule {
  title    = "CloudTrail sends events to CloudWatch Logs"
  severity = "medium"
  resource = ["aws_cloudtrail"]
  aliases = [
    "CKV2_AWS_10",
    "AVD-AWS-0162",
    "cloudtrail_cloudwatch_logging_enabled",
    "cloudtrail_trail_integrated_with_logs",
    "aws-cloudtrail-ensure-cloudwatch-integration",
  ]
  criteria = {
    "CC7.2" = "Events are watched while they happen."
    "CC7.3" = "Events can be searched when one is examined."
    "PI1.3" = "Changes to processing systems are seen in time."
    "A1.1"  = "Events that threaten capacity are noticed."
  }
  locals {
    elsewhere = length(resources("aws_cloudtrail_event_data_store")) + length(resources("aws_securitylake_data_lake"))
  }
  applies = setting.external_siem == null || setting.external_siem == false
  require = (
    (self.cloud_watch_logs_group_arn != null && self.cloud_watch_logs_role_arn != null)
    || local.elsewhere > 0
  )
  message = "${self.address} only writes to a bucket; nothing watches its events"
  fix {
    title         = "Send the events of ${self.address} to CloudWatch Logs"
    applicability = "review"
    caution       = "CloudWatch Logs bills every event that it takes in and keeps."
  }
}
