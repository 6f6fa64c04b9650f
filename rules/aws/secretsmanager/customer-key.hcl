# The key of Secrets Manager lets everybody in the account read who may call it. A key of one's own is a second permission,
# and other accounts can be given it. Asked where the tree manages keys; the fix takes the setting `kms_key`.
rule {
  title    = "Secret is encrypted with a customer managed key"
  severity = "low"
  resource = ["aws_secretsmanager_secret"]
  aliases  = ["CKV_AWS_149", "AVD-AWS-0098", "aws-ssm-secret-use-customer-key"]
  criteria = {
    "CC6.1" = "Reading a secret also takes the right to use its key."
    "C1.1"  = "Access to confidential values can be withdrawn with the key."
  }
  locals {
    keys = concat(resources("aws_kms_key"), resources("aws_kms_replica_key"), resources("aws_kms_external_key"))
  }
  applies = length(local.keys) > 0 || setting.kms_key != null
  require = customer_key(self.kms_key_id) == true && alltrue([for replica in self.replica : (
    replica.kms_key_id != null && customer_key(replica.kms_key_id) == true
  )])
  message = "${self.address}, or a replica of it, is encrypted with the key of Secrets Manager; kms_key_id should name a key of your own"
  fix {
    title         = "Encrypt ${self.address} with a key of your own"
    applicability = "review"
    caution       = "Those who read the secret need kms:Decrypt on the key. Replicas take a key of their own region, by hand."
  }
}
