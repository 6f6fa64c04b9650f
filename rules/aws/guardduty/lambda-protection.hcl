# A function that was taken over talks to places that it never talked to. The feature has to be declared to be
# evidence.
rule {
  title    = "GuardDuty watches Lambda network activity"
  severity = "low"
  resource = ["aws_guardduty_detector"]
  aliases  = ["guardduty_lambda_protection_enabled"]
  criteria = {
    "CC7.2" = "Unusual connections of functions are noticed."
    "CC6.8" = "Malicious code in functions is noticed by what it contacts."
  }
  locals {
    features = [for feature in referrers("aws_guardduty_detector_feature", "detector_id") : (
      contains(["LAMBDA_NETWORK_LOGS"], feature.name) && feature.status == "ENABLED"
    )]
    off = [for feature in referrers("aws_guardduty_detector_feature", "detector_id") : feature if contains(["LAMBDA_NETWORK_LOGS"], feature.name)][0]
    members = [for feature in referrers("aws_guardduty_organization_configuration_feature", "detector_id") : (
      contains(["LAMBDA_NETWORK_LOGS"], feature.name) && contains(["ALL", "NEW"], feature.auto_enable)
    )]
  }
  applies = (
    length(resources("aws_lambda_function")) > 0
    # A feature whose detector is not known may be one of this detector.
    && alltrue([for feature in resources("aws_guardduty_detector_feature") : feature.detector_id == null || feature.detector_id != null])
  )
  require = (
    anytrue(local.features)
    || anytrue(local.members)
  )
  message = "${self.address} does not watch the network of Lambda functions"
  fix {
    title         = "Let ${self.address} watch the network of Lambda functions"
    applicability = "review"
    caution       = "GuardDuty bills it by volume."
  }
}
