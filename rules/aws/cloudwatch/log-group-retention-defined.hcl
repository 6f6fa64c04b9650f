# Logs hold personal data and must not be kept without limit. A year or more satisfies the rule about keeping them long
# enough as well. Groups of the delivery class always expire after two days.
rule {
  title    = "Log group defines an end of retention"
  severity = "low"
  resource = ["aws_cloudwatch_log_group"]
  aliases  = ["CKV_AWS_66", "cloudwatch_log_group_retention_policy_specific_days_enabled"]
  criteria = {
    "C1.2" = "Confidential records in logs are deleted when they are due."
    "P4.2" = "Personal data in logs is kept for a set time only."
    "P4.3" = "Personal data in logs is deleted without anyone's doing."
  }
  applies = self.log_group_class != "DELIVERY"
  require = self.retention_in_days > 0
  message = "${self.address} keeps its logs for ever"
  fix {
    title         = "Delete the logs of ${self.address} after 400 days"
    applicability = "review"
    effect        = "destroys-data"
    caution       = "CloudWatch deletes events that are older at once. Check which retention your schedule asks for."
  }
}
