# Short or simple passwords are guessed. Without a policy Cognito accepts eight characters.
rule {
  title    = "Cognito user pool asks for strong passwords"
  severity = "medium"
  resource = ["aws_cognito_user_pool"]
  aliases = [
    "cognito_user_pool_password_policy_minimum_length_14",
    "cognito_user_pool_password_policy_lowercase",
    "cognito_user_pool_password_policy_uppercase",
    "cognito_user_pool_password_policy_number",
    "cognito_user_pool_password_policy_symbol",
    "cognito_user_pool_temporary_password_expiration",
  ]
  criteria = {
    "CC6.1" = "Passwords withstand guessing."
    "CC6.2" = "A first password that nobody used expires within a week."
  }
  locals {
    policy = self.password_policy[0]
    short  = !(local.policy.minimum_length >= 12)
    slow   = local.policy.temporary_password_validity_days > 7
  }
  # Twelve characters are enough; a fix writes fourteen.
  require = (
    self.password_policy[0].minimum_length >= 12
    && self.password_policy[0].require_lowercase == true
    && self.password_policy[0].require_uppercase == true
    && self.password_policy[0].require_numbers == true
    && self.password_policy[0].require_symbols == true
    && !(self.password_policy[0].temporary_password_validity_days > 7)
  )
  message = "${self.address} accepts weak passwords or leaves temporary ones valid for more than a week"
  fix {
    title         = "Ask for strong passwords in ${self.address}"
    applicability = "review"
    caution       = "New passwords only. Sign-up forms that check the old policy themselves have to change with it."
  }
}
