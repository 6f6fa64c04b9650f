# Without S3 protection GuardDuty does not see who reads what from buckets. The feature has to be declared to be
# evidence.
rule {
  title    = "GuardDuty watches S3 data access"
  severity = "medium"
  resource = ["aws_guardduty_detector"]
  aliases  = ["guardduty_s3_protection_enabled"]
  criteria = {
    "CC7.2" = "Unusual reads of stored data are noticed."
    "CC6.8" = "Malicious access to buckets is noticed."
  }
  locals {
    features = [for feature in referrers("aws_guardduty_detector_feature", "detector_id") : (
      contains(["S3_DATA_EVENTS"], feature.name) && feature.status == "ENABLED"
    )]
    off = [for feature in referrers("aws_guardduty_detector_feature", "detector_id") : feature if contains(["S3_DATA_EVENTS"], feature.name)][0]
    members = [for feature in referrers("aws_guardduty_organization_configuration_feature", "detector_id") : (
      contains(["S3_DATA_EVENTS"], feature.name) && contains(["ALL", "NEW"], feature.auto_enable)
    )]
  }
  # A feature whose detector is not known may be one of this detector.
  applies = alltrue([for feature in resources("aws_guardduty_detector_feature") : feature.detector_id == null || feature.detector_id != null])
  require = (
    anytrue(local.features)
    || anytrue(local.members) || anytrue([for source in self.datasources : anytrue([for logs in source.s3_logs : logs.enable == true])])
  )
  message = "${self.address} does not watch access to data in S3"
  fix {
    title         = "Let ${self.address} watch access to data in S3"
    applicability = "review"
    caution       = "GuardDuty bills it by volume."
  }
}
