# Without a trail that records management events everywhere there is no account of who changed what, which stops
# an audit. Judged where the configuration is an account baseline, that is, holds an account-wide control.
rule {
  title    = "A CloudTrail trail logs management events in all regions"
  severity = "high"
  scope    = "estate"
  aliases = [
    "CKV_AWS_67",
    "AVD-AWS-0014",
    "aws-cloudtrail-enable-all-regions",
    "cloudtrail_multi_region_enabled",
    "cloudtrail_multi_region_enabled_logging_management_events",
    "cloudtrail_multi_region_trail_enabled",
    "cloudtrail_security_trail_enabled",
  ]
  criteria = {
    "CC7.2" = "Management events of every region are recorded, so anomalies can be found."
    "CC2.1" = "The audit trail is the information other controls rely on."
    "CC7.1" = "Configuration changes leave a record."
    "CC8.1" = "Changes made outside the pipeline can be found afterwards."
  }
  locals {
    trails = resources("aws_cloudtrail")
    # A trail whose selectors are few enough to know what they are for.
    candidate = [for trail in local.trails : trail if length(trail.event_selector) <= 1 && length(trail.advanced_event_selector) == 0][0]
    # Without selectors a trail records all management events.
    complete = [for trail in local.trails : (
      trail.is_multi_region_trail == true
      && trail.enable_logging != false
      && trail.include_global_service_events != false
      && (
        (length(trail.event_selector) == 0 && length(trail.advanced_event_selector) == 0)
        || anytrue([for selector in trail.event_selector : (
          selector.include_management_events != false
          && (selector.read_write_type == null || selector.read_write_type == "All")
          && length(selector.exclude_management_event_sources) == 0
        )])
        || anytrue([for selector in trail.advanced_event_selector : (
          anytrue([for field in selector.field_selector : field.field == "eventCategory" && contains(field.equals, "Management")])
          && alltrue([for field in selector.field_selector : field.field != "readOnly"])
        )])
      )
    )]
  }
  applies = account_baseline() == true
  require = contains(local.complete, true)
  message = "no CloudTrail trail records management events in all regions"
  # A trail that is not there is not made up: its bucket and its readers are a person's decision.
  fix {
    title         = "Let ${local.candidate.address} record management events in all regions"
    on            = local.candidate
    applicability = "review"
    caution       = "The trail records more: its bucket grows, and so do the costs where another trail records the same events."
  }
}
