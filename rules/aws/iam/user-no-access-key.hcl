# Static keys are the credentials that leak most often; roles and federation replace them. Who uses the key must be known
# before it goes, so there is no fix.
rule {
  title    = "IAM user has no long-lived access key"
  severity = "high"
  resource = ["aws_iam_access_key"]
  aliases = [
    "AVD-AWS-0146",
    "iam_user_with_temporary_credentials",
    "iam_rotate_access_key_90_days",
    "iam_user_accesskey_unused",
    "iam_user_access_key_age_90",
  ]
  criteria = {
    "CC6.1" = "Access uses credentials that expire by themselves."
    "CC6.2" = "No credential outlives the need that it was made for."
  }
  require = self.status == "Inactive"
  message = "${self.address} is a key that works until somebody deletes it"
}
