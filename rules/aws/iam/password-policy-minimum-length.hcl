# Nothing protects a password against guessing like its length. The provider asks for six characters by default.
rule {
  title    = "IAM password policy asks for at least 14 characters"
  severity = "medium"
  resource = ["aws_iam_account_password_policy"]
  aliases = [
    "CKV_AWS_10",
    "AVD-AWS-0063",
    "aws-iam-set-minimum-password-length",
    "iam_password_policy_minimum_length_14",
    "iam_account_password_policy_strong_min_reuse_24",
  ]
  criteria = {
    "CC6.1" = "Passwords withstand guessing."
    "CC6.2" = "Credentials are issued by the stated rules."
  }
  require = self.minimum_password_length >= 14
  message = "${self.address} accepts passwords of fewer than 14 characters"
  fix {
    title         = "Let ${self.address} ask for 14 characters"
    applicability = "auto"
  }
}
