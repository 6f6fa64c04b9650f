# A public key policy undoes the encryption of everything under the key. A fix could lock the key's own administrators out,
# so there is none.
rule {
  title    = "KMS key policy does not allow everyone"
  severity = "critical"
  resource = ["aws_kms_key", "aws_kms_key_policy", "aws_kms_replica_key", "aws_kms_external_key"]
  aliases  = ["CKV_AWS_33", "kms_key_not_publicly_accessible"]
  criteria = {
    "CC6.1" = "Keys are used by named identities only."
    "CC6.6" = "Nobody outside can decrypt with the key."
    "C1.1"  = "Confidential data stays unreadable to those without permission."
  }
  applies = self.policy != null
  require = policy_allows_public(self.policy) == false
  message = "${self.address} has a policy that lets everyone use the key"
}
