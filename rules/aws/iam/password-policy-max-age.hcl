# Expiry limits the life of a stolen password. Newer guidance is against it, so it can be waived alone; 0 means never.
rule {
  title    = "IAM password policy lets passwords expire within 90 days"
  severity = "low"
  resource = ["aws_iam_account_password_policy"]
  aliases = [
    "CKV_AWS_9",
    "AVD-AWS-0062",
    "aws-iam-set-max-password-age",
    "iam_password_policy_expires_passwords_within_90_days_or_less",
    "iam_account_password_policy_strong_min_reuse_24",
  ]
  criteria = {
    "CC6.1" = "A stolen password works for three months at most."
    "CC6.2" = "Credentials that nobody renews stop working."
  }
  require = self.max_password_age >= 1 && self.max_password_age <= 90
  message = "${self.address} does not let passwords expire within 90 days"
  fix {
    title         = "Let passwords of ${self.address} expire after 90 days"
    applicability = "review"
    caution       = "Users with older passwords have to change them at their next sign-in, and are locked out if hard_expiry is on."
  }
}
