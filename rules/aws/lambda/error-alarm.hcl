# Failed processing must be noticed in time. It is asked of configurations that have alarms; where they live elsewhere, the
# setting `external_monitoring` says so. Who is told is a person's decision, so there is no fix.
rule {
  title    = "Lambda function has an alarm on errors"
  severity = "medium"
  resource = ["aws_lambda_function"]
  criteria = {
    "PI1.3" = "Errors of processing are noticed and put right."
    "CC7.2" = "Failures raise an alarm."
    "A1.1"  = "A function at its limit is noticed."
  }
  locals {
    metrics = ["Errors", "Throttles", "DeadLetterErrors", "IteratorAge", "AsyncEventsDropped"]
    alarms  = resources("aws_cloudwatch_metric_alarm")
    own = concat(
      referrers("aws_cloudwatch_metric_alarm", "dimensions"),
      [for alarm in local.alarms : alarm if length(alarm.dimensions) == 0 || alarm.dimensions["FunctionName"] == self.function_name],
    )
    watched = [for alarm in local.own : alarm.namespace == "AWS/Lambda" && contains(local.metrics, alarm.metric_name)]
  }
  applies = setting.external_monitoring != true && length(local.alarms) > 0
  require = (
    anytrue(local.watched)
    || length(referrers("aws_cloudwatch_metric_alarm", "metric_query.metric.dimensions")) > 0
  )
  message = "${self.address} has no alarm on errors"
}
