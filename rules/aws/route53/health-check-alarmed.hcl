# A check that turns red in silence helps routing, but nobody repairs anything. A calculated check stands for its
# children.
rule {
  title    = "Health checks raise an alarm"
  severity = "medium"
  resource = ["aws_route53_health_check"]
  criteria = {
    "A1.1"  = "An endpoint that is down is noticed."
    "CC7.4" = "Somebody is called to bring it back."
  }
  applies = (
    length(referrers("aws_route53_health_check", "child_healthchecks")) == 0
    && (setting.external_monitoring == null || setting.external_monitoring == false)
  )
  require = self.disabled != true && anytrue([for alarm in referrers("aws_cloudwatch_metric_alarm", "dimensions.HealthCheckId") : (
    contains(["HealthCheckStatus", "HealthCheckPercentageHealthy"], alarm.metric_name) && length(alarm.alarm_actions) > 0
  )])
  message = "${self.address} tells nobody when it fails"
}
