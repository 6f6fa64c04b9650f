# An aggregator of chosen regions misses what happens in all the others, which is where misuse hides.
rule {
  title    = "AWS Config aggregator covers all regions"
  severity = "medium"
  resource = ["aws_config_configuration_aggregator"]
  aliases = [
    "CKV_AWS_121",
    "AVD-AWS-0019",
    "aws-config-aggregate-all-regions",
    "config_delegated_admin_and_org_aggregator_all_regions",
  ]
  criteria = {
    "CC7.1" = "Configuration is watched in every region."
    "CC4.1" = "Controls are evaluated for the whole estate in one place."
  }
  require = (
    self.account_aggregation_source[0].all_regions == true
    || self.organization_aggregation_source[0].all_regions == true
  )
  message = "${self.address} leaves regions out"
  fix {
    title         = "Let ${self.address} cover all regions"
    applicability = "auto"
  }
}
