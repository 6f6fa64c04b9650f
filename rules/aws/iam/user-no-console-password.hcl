# People should sign in through the identity provider: a local console user is forgotten when they leave. Users for
# emergencies can be named in the setting `break_glass_users`. The person needs other access first, so there is no fix.
rule {
  title    = "IAM user has no console password"
  severity = "medium"
  resource = ["aws_iam_user_login_profile"]
  aliases  = ["CKV2_AWS_22"]
  criteria = {
    "CC6.1" = "People sign in at one place, under its rules."
    "CC6.2" = "Who leaves loses access without a change to code."
  }
  locals {
    user = length(referred("user")) > 0 ? referred("user")[0].name : self.user
  }
  require = contains(setting.break_glass_users, local.user)
  message = "${self.address} gives a local user a console password"
}
