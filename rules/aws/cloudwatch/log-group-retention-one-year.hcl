# An audit looks back six to twelve months; logs must outlast it. A group without a retention keeps its logs for ever.
rule {
  title    = "Log group keeps logs at least one year"
  severity = "medium"
  resource = ["aws_cloudwatch_log_group"]
  aliases = [
    "CKV_AWS_338",
    "cloudwatch_log_group_retention_policy_specific_days_enabled",
    "cloudwatch_log_group_retention_period_365",
  ]
  criteria = {
    "CC7.2" = "Logs are there when anomalies are looked for later."
    "CC7.3" = "Events can be investigated for the whole audit period."
  }
  require = (
    self.retention_in_days == null
    || self.retention_in_days == 0
    || self.retention_in_days >= 365
  )
  message = "${self.address} deletes logs that are younger than a year"
  fix {
    title         = "Keep the logs of ${self.address} for a year"
    applicability = "review"
    caution       = "Storage of the logs is billed for longer. See that nobody promised to delete personal data in them sooner."
  }
}
