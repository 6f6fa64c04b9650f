# Users who may go back to an old password go back to a leaked one. AWS remembers 24 at most, and none by itself.
rule {
  title    = "IAM password policy remembers 24 passwords"
  severity = "medium"
  resource = ["aws_iam_account_password_policy"]
  aliases = [
    "CKV_AWS_13",
    "AVD-AWS-0056",
    "aws-iam-no-password-reuse",
    "iam_password_policy_reuse_24",
    "iam_account_password_policy_strong_min_reuse_24",
  ]
  criteria = {
    "CC6.1" = "A leaked password does not come back into use."
    "CC6.2" = "Credentials are issued by the stated rules."
  }
  require = self.password_reuse_prevention >= 24
  message = "${self.address} remembers fewer than 24 passwords"
  fix {
    title         = "Let ${self.address} remember 24 passwords"
    applicability = "auto"
  }
}
