# Whoever may call Parameter Store can read a SecureString under its default key. A key of one's own is a second permission.
# Asked where the tree manages keys; the fix takes the setting `kms_key`.
rule {
  title    = "SecureString parameter is encrypted with a customer managed key"
  severity = "low"
  resource = ["aws_ssm_parameter"]
  aliases  = ["CKV_AWS_337"]
  criteria = {
    "CC6.1" = "Reading the parameter also takes the right to use its key."
    "C1.1"  = "Access to confidential values can be withdrawn with the key."
  }
  locals {
    keys = concat(resources("aws_kms_key"), resources("aws_kms_replica_key"), resources("aws_kms_external_key"))
  }
  applies = self.type == "SecureString" && (length(local.keys) > 0 || setting.kms_key != null)
  require = customer_key(self.key_id) == true
  message = "${self.address} is encrypted with the key of Parameter Store; key_id should name a key of your own"
  fix {
    title         = "Encrypt ${self.address} with a key of your own"
    applicability = "review"
    caution       = "Those who read the parameter need kms:Decrypt on the key."
  }
}
