# Security Hub without a standard checks nothing. Its default standards are on unless the code turns them off.
rule {
  title    = "Security Hub has an active standard"
  severity = "medium"
  resource = ["aws_securityhub_account"]
  criteria = {
    "CC4.1" = "Controls are evaluated all the time."
    "CC3.1" = "The account is measured against a standard."
    "CC7.1" = "Configurations that weaken the account are found."
  }
  require = (
    self.enable_default_standards != false
    || length(resources("aws_securityhub_standards_subscription")) > 0
    || length(resources("aws_securityhub_configuration_policy")) > 0
  )
  message = "${self.address} subscribes to no standard"
}
