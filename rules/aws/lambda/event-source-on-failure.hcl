# A record that can't be processed blocks its shard, or is dropped when it expires. Streams retry for ever unless told
# otherwise; a queue as the source has its own rule. Who looks after failures is a person's decision, so there is no fix.
rule {
  title    = "Stream mapping keeps records that fail"
  severity = "medium"
  resource = ["aws_lambda_event_source_mapping"]
  criteria = {
    "PI1.3" = "Records that can't be processed are kept instead of dropped."
    "PI1.5" = "Failed inputs stay stored until somebody deals with them."
  }
  locals {
    sources = referred("event_source_arn")
    stream = (
      length(local.sources) > 0
      ? anytrue([for source in local.sources : length(regexall("(^|[.])aws_(kinesis_stream|kinesis_stream_consumer|dynamodb_table)[.]", source.address)) > 0])
      : length(regexall(":(kinesis|dynamodb):", self.event_source_arn == null ? "" : self.event_source_arn)) > 0
    )
    topic = length(self.self_managed_event_source) > 0 || (
      length(local.sources) > 0
      ? anytrue([for source in local.sources : length(regexall("(^|[.])aws_msk_[a-z_]+[.]", source.address)) > 0])
      : length(regexall(":kafka:", self.event_source_arn == null ? "" : self.event_source_arn)) > 0
    )
  }
  applies = local.stream == true || local.topic == true
  require = (
    self.destination_config[0].on_failure[0].destination_arn != null
    && (
      (self.maximum_retry_attempts != null && self.maximum_retry_attempts != -1)
      || (self.maximum_record_age_in_seconds != null && self.maximum_record_age_in_seconds != -1)
      || local.topic == true
    )
  )
  message = "${self.address} does not keep records that fail"
}
