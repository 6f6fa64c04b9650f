# A trail that only writes to a bucket should say when it has written, so that something can read it. Not needed where
# events go to CloudWatch Logs.
rule {
  title    = "CloudTrail notifies on log delivery"
  severity = "low"
  resource = ["aws_cloudtrail"]
  aliases  = ["CKV_AWS_252"]
  criteria = {
    "CC7.2" = "New records are looked at soon."
    "CC2.1" = "Those who read the trail get word of it."
  }
  applies = self.cloud_watch_logs_group_arn == null && (setting.external_siem == null || setting.external_siem == false)
  require = self.sns_topic_name != null || length(resources("aws_s3_bucket_notification")) > 0
  message = "${self.address} tells nobody when it has written logs"
  fix {
    title         = "Let ${self.address} tell the alert topic"
    applicability = "review"
    caution       = "The policy of the topic has to let cloudtrail.amazonaws.com publish."
  }
}
