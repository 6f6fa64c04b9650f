# The default policy leaves the key to whoever administers the account. A policy that is written down can separate those who
# manage the key from those who use it. Who they are only a person knows, so there is no fix.
rule {
  title    = "KMS key declares its policy"
  severity = "low"
  resource = ["aws_kms_key"]
  aliases  = ["CKV2_AWS_64"]
  criteria = {
    "CC6.1" = "Who may use the key is written down and can be reviewed."
    "CC6.3" = "Managing the key and using it can be separate duties."
  }
  require = self.policy != null || length(referrers("aws_kms_key_policy", "key_id")) > 0
  message = "${self.address} keeps the default policy"
}
