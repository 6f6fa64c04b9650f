# Management events say who changed a bucket, not who read what is in it. Data events do. They cost by the event, so
# it is a person's decision.
rule {
  title    = "CloudTrail records S3 object access"
  severity = "medium"
  scope    = "estate"
  aliases = [
    "AVD-AWS-0171",
    "AVD-AWS-0172",
    "cloudtrail_s3_dataevents_read_enabled",
    "cloudtrail_s3_dataevents_write_enabled",
    "cloudtrail_s3_data_events_enabled",
  ]
  criteria = {
    "CC7.2" = "Reads and writes of stored data leave a record."
    "CC2.1" = "The record tells who worked with which data."
    "P6.3"  = "Who took personal data out can be found afterwards."
  }
  locals {
    trails = resources("aws_cloudtrail")
    # What follows from selectors of the older and of the newer kind.
    older = [for trail in local.trails : trail.enable_logging != false && anytrue([for selector in trail.event_selector : (
      (selector.read_write_type == null || selector.read_write_type == "All")
      && anytrue([for data in selector.data_resource : data.type == "AWS::S3::Object"])
    )])]
    newer = [for source in concat(local.trails, resources("aws_cloudtrail_event_data_store")) : anytrue([
      for selector in source.advanced_event_selector : (
        anytrue([for field in selector.field_selector : field.field == "resources.type" && contains(field.equals, "AWS::S3::Object")])
        && alltrue([for field in selector.field_selector : field.field != "readOnly"])
      )
    ])]
  }
  # A trail's own bucket alone is nothing to watch.
  applies = (
    length(local.trails) > 0
    && length(resources("aws_s3_bucket")) > length(local.trails)
    && (setting.external_trail == null || setting.external_trail == false)
  )
  require = anytrue(local.older) || anytrue(local.newer)
  message = "no CloudTrail trail records who reads and writes objects in S3"
}
