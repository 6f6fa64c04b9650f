# Activity in a region that no trail covers leaves no record, so misuse there can be neither seen nor traced.
# A trail for one region is fine beside another one that covers them all.
rule {
  title    = "CloudTrail trail covers all regions"
  severity = "high"
  resource = ["aws_cloudtrail"]
  aliases  = ["CKV_AWS_67", "AVD-AWS-0014", "aws-cloudtrail-enable-all-regions"]
  criteria = {
    "CC7.2" = "Events in every region can be monitored for anomalies."
    "CC2.1" = "The record of account activity has no region missing."
  }
  locals {
    others = [for trail in resources("aws_cloudtrail") : trail.is_multi_region_trail]
  }
  require = self.is_multi_region_trail == true || contains(local.others, true)
  message = "${self.address} records one region only, and no other trail covers the rest"
  fix {
    title         = "Let ${self.address} cover all regions"
    applicability = "auto"
  }
}
