# The default of AWS asks for eight characters and remembers no old password. It is asked of configurations that hold the
# baseline of an account.
rule {
  title    = "Account has an IAM password policy"
  severity = "medium"
  scope    = "estate"
  criteria = {
    "CC6.1" = "Passwords of local users follow the standard for authentication."
    "CC6.2" = "Credentials given to users are strong enough."
  }
  applies = account_baseline() == true
  require = length(resources("aws_iam_account_password_policy")) > 0
  message = "no password policy is set for the account"
  fix {
    title         = "Give the account a password policy"
    creates       = account_baseline()
    applicability = "review"
    caution       = "Users have to change passwords that are older than 90 days at their next sign-in, and the new ones must have 14 characters."
  }
}
