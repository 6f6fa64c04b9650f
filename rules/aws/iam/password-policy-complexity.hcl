# Most password policies that auditors are given name all four classes of characters, and AWS asks for none by itself.
rule {
  title    = "IAM password policy asks for all four classes of characters"
  severity = "medium"
  resource = ["aws_iam_account_password_policy"]
  aliases = [
    "CKV_AWS_11",
    "CKV_AWS_12",
    "CKV_AWS_14",
    "CKV_AWS_15",
    "AVD-AWS-0058",
    "AVD-AWS-0059",
    "AVD-AWS-0060",
    "AVD-AWS-0061",
    "aws-iam-require-lowercase-in-passwords",
    "aws-iam-require-numbers-in-passwords",
    "aws-iam-require-symbols-in-passwords",
    "aws-iam-require-uppercase-in-passwords",
    "iam_password_policy_lowercase",
    "iam_password_policy_uppercase",
    "iam_password_policy_number",
    "iam_password_policy_symbol",
    "iam_account_password_policy_strong_min_reuse_24",
  ]
  criteria = {
    "CC6.1" = "Passwords withstand guessing."
    "CC6.2" = "Credentials are issued by the stated rules."
  }
  locals {
    missing = concat(
      self.require_lowercase_characters == true ? [] : ["lowercase letters"],
      self.require_uppercase_characters == true ? [] : ["uppercase letters"],
      self.require_numbers == true ? [] : ["numbers"],
      self.require_symbols == true ? [] : ["symbols"],
    )
  }
  require = (
    self.require_lowercase_characters == true
    && self.require_uppercase_characters == true
    && self.require_numbers == true
    && self.require_symbols == true
  )
  message = "${self.address} does not ask for ${join(", ", local.missing)}"
  fix {
    title         = "Let ${self.address} ask for all classes of characters"
    applicability = "auto"
  }
}
