# Insights compares calls and errors with what is usual and reports what stands out. It costs by the event, so it is a
# person's decision.
rule {
  title    = "CloudTrail Insights looks for unusual activity"
  severity = "low"
  scope    = "estate"
  aliases  = ["cloudtrail_insights_exist"]
  criteria = {
    "CC7.2" = "Unusual activity is found without a rule for each kind."
  }
  locals {
    insights = [for trail in resources("aws_cloudtrail") : anytrue([
      for selector in trail.insight_selector : selector.insight_type == "ApiCallRateInsight"
    ])]
  }
  applies = length(resources("aws_cloudtrail")) > 0 && (setting.external_trail == null || setting.external_trail == false)
  require = anytrue(local.insights)
  message = "no CloudTrail trail looks for unusual activity"
}
