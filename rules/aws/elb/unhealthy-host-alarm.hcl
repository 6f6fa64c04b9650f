# Targets that fail, or answers that are errors, are the first sign of an outage. Where another tool watches, the
# setting external_monitoring says so.
rule {
  title    = "Load balancers have an alarm on unhealthy targets or 5xx"
  severity = "medium"
  resource = ["aws_lb", "aws_alb"]
  criteria = {
    "A1.1"  = "Loss of capacity is noticed."
    "CC7.2" = "Errors in numbers are noticed as an anomaly."
    "CC7.4" = "Somebody is called to respond."
  }
  locals {
    names = [
      "UnHealthyHostCount", "HealthyHostCount", "HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count", "TargetResponseTime",
    ]
    own = concat(
      [for alarm in referrers("aws_cloudwatch_metric_alarm", "dimensions.LoadBalancer") : contains(local.names, alarm.metric_name)],
      [for alarm in referrers("aws_cloudwatch_metric_alarm", "metric_query.metric.dimensions.LoadBalancer") : length(alarm.metric_query) > 0],
    )
    # One that names a target group only may belong to any load balancer of the tree.
    groups = [for alarm in resources("aws_cloudwatch_metric_alarm") : (
      contains(["AWS/ApplicationELB", "AWS/NetworkELB"], alarm.namespace)
      && contains(local.names, alarm.metric_name)
      && contains(keys(alarm.dimensions), "LoadBalancer") == false
    )]
  }
  applies = self.load_balancer_type != "gateway" && (setting.external_monitoring == null || setting.external_monitoring == false)
  require = anytrue(local.own) || anytrue(local.groups)
  message = "${self.address} raises no alarm when its targets fail"
}
