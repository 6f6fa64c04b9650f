# The landing zone is where the trails of the whole organisation, their retention and the sign-in come from. Only a
# person knows the account that keeps the logs, so there is no fix.
rule {
  title    = "Control Tower landing zone centralises logs and access"
  severity = "medium"
  resource = ["aws_controltower_landing_zone"]
  criteria = {
    "CC7.2" = "The events of every account are collected in one place for a year."
    "CC6.1" = "People sign in through one managed directory."
    "CC5.3" = "The policy on logs and access is put into effect by the platform."
  }
  locals {
    manifest  = jsondecode(self.manifest_json)
    retention = local.manifest.centralizedLogging.configurations.loggingBucket.retentionDays
  }
  # The days may be written as text.
  require = (
    local.manifest.centralizedLogging.enabled == true
    && tonumber(local.retention) >= 365
    && local.manifest.accessManagement.enabled == true
  )
  message = "${self.address} does not centralise access, or logs for a year"
}
