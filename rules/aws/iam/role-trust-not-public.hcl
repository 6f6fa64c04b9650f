# A role that everyone can assume hands over all its permissions. An external id alone is a shared password, and does not
# count. Who must assume the role is known to a person only, so there is no fix.
rule {
  title    = "IAM role does not trust everyone"
  severity = "critical"
  resource = ["aws_iam_role"]
  aliases  = ["CKV_AWS_60"]
  criteria = {
    "CC6.1" = "Only named identities take on the role."
    "CC6.6" = "Nobody outside can take on the role."
    "CC6.3" = "Rights of the role reach those who were approved."
  }
  require = policy_allows_public(self.assume_role_policy) == false
  message = "${self.address} can be assumed by everyone"
}
