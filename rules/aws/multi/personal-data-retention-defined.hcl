# Personal data may be kept as long as it is needed, so something must end it. Asked of stores that a tag calls
# personal.
rule {
  title    = "Stores of personal data define a retention"
  severity = "medium"
  resource = [
    "aws_s3_bucket",
    "aws_dynamodb_table",
    "aws_cloudwatch_log_group",
    "aws_kinesis_video_stream",
    "aws_timestreamwrite_table",
    "aws_keyspaces_table",
  ]
  criteria = {
    "P4.2" = "Personal data is kept for a set time."
    "P4.3" = "Personal data is disposed of when the time is over."
    "C1.2" = "Confidential data is disposed of."
  }
  locals {

    key    = "(?i)^(data[-_ ]?)?(classification|class|sensitivity|type)$"
    value  = "(?i)pii|personal|phi|gdpr"
    tagged = anytrue([for name, tag in self.tags : length(regexall(local.key, name)) > 0 && length(regexall(local.value, tag)) > 0])

    expiring = concat(
      flatten([for configuration in referrers("aws_s3_bucket_lifecycle_configuration", "bucket") : [
        for rule in configuration.rule : rule.status == "Enabled" && length(rule.expiration) > 0
      ]]),
      [for rule in self.lifecycle_rule : rule.enabled == true && length(rule.expiration) > 0],
    )
  }
  applies = local.tagged == true
  require = (
    anytrue(local.expiring)
    || anytrue([for ttl in self.ttl : ttl.enabled == true || ttl.status == "ENABLED"])
    || self.retention_in_days > 0
    || self.data_retention_in_hours > 0
    || length(self.retention_properties) > 0
  )
  message = "${self.address} keeps personal data for ever"
}
