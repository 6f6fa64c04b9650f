# Messages wait in the storage of SNS while they are delivered again. The provider's key counts, but alarms and bucket
# notifications can't publish under it: where a service publishes, the key must be one's own. The fix takes the setting
# `kms_key`.
rule {
  title    = "SNS topic is encrypted at rest"
  severity = "high"
  resource = ["aws_sns_topic"]
  aliases = [
    "CKV_AWS_26",
    "AVD-AWS-0095",
    "AVD-AWS-0136",
    "sns_topics_kms_encryption_at_rest_enabled",
    "sns_topic_encrypted_at_rest",
    "aws-sns-enable-topic-encryption",
    "aws-sns-topic-encryption-use-cmk",
  ]
  criteria = {
    "PI1.4" = "Messages on their way out are stored encrypted."
    "CC6.1" = "Reading stored messages takes the right to use a key."
    "C1.1"  = "Confidential content of messages is encrypted at rest."
  }
  require = customer_key(self.kms_master_key_id) == true || (self.kms_master_key_id != null && self.kms_master_key_id != "")
  message = "${self.address} stores messages unencrypted; kms_master_key_id should name a key"
  fix {
    title         = "Encrypt ${self.address}"
    applicability = "review"
    caution       = "Those who publish need kms:GenerateDataKey and kms:Decrypt. CloudWatch alarms, S3 and EventBridge can publish only if the key's policy lets their service in."
  }
}
