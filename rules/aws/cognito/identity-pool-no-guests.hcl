# Guests get AWS credentials without signing in, and with them whatever the guest role allows. Pools for CloudWatch
# RUM need them and are left out.
rule {
  title    = "Cognito identity pools allow no guests"
  severity = "high"
  resource = ["aws_cognito_identity_pool"]
  aliases  = ["CKV_AWS_366", "cognito_identity_pool_guest_access_disabled"]
  criteria = {
    "CC6.1" = "Credentials are given to people who signed in."
    "CC6.6" = "Nobody gets AWS credentials from the internet without an identity."
  }
  applies = length(referrers("aws_rum_app_monitor", "app_monitor_configuration.identity_pool_id")) == 0
  require = self.allow_unauthenticated_identities != true
  message = "${self.address} gives AWS credentials to guests"
}
