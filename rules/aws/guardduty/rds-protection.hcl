# Logins to databases from new places or in new ways are how stolen passwords show. The feature has to be declared to
# be evidence.
rule {
  title    = "GuardDuty watches database logins"
  severity = "low"
  resource = ["aws_guardduty_detector"]
  aliases  = ["guardduty_rds_protection_enabled"]
  criteria = {
    "CC7.2" = "Unusual logins to databases are noticed."
    "CC6.1" = "Use of stolen database passwords is noticed."
  }
  locals {
    features = [for feature in referrers("aws_guardduty_detector_feature", "detector_id") : (
      contains(["RDS_LOGIN_EVENTS"], feature.name) && feature.status == "ENABLED"
    )]
    off = [for feature in referrers("aws_guardduty_detector_feature", "detector_id") : feature if contains(["RDS_LOGIN_EVENTS"], feature.name)][0]
    members = [for feature in referrers("aws_guardduty_organization_configuration_feature", "detector_id") : (
      contains(["RDS_LOGIN_EVENTS"], feature.name) && contains(["ALL", "NEW"], feature.auto_enable)
    )]
  }
  applies = (
    length(resources("aws_rds_cluster")) + length(resources("aws_db_instance")) > 0
    # A feature whose detector is not known may be one of this detector.
    && alltrue([for feature in resources("aws_guardduty_detector_feature") : feature.detector_id == null || feature.detector_id != null])
  )
  require = (
    anytrue(local.features)
    || anytrue(local.members)
  )
  message = "${self.address} does not watch logins to databases"
  fix {
    title         = "Let ${self.address} watch logins to databases"
    applicability = "review"
    caution       = "GuardDuty bills it by volume."
  }
}
