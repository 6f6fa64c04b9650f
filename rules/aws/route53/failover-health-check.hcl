# A record that should fail over never does when nothing tells Route 53 that the endpoint is down.
rule {
  title    = "Failover and weighted records have health checks"
  severity = "medium"
  resource = ["aws_route53_record"]
  criteria = {
    "A1.2" = "Traffic leaves an endpoint that is down."
    "A1.3" = "Failover works without a person."
  }
  applies = (
    anytrue([for policy in self.failover_routing_policy : policy.type == "PRIMARY"])
    || length(self.weighted_routing_policy) + length(self.latency_routing_policy) > 0
    || self.multivalue_answer_routing_policy == true
  )
  require = self.health_check_id != null || anytrue([for alias in self.alias : alias.evaluate_target_health == true])
  message = "${self.address} keeps sending traffic to an endpoint that is down"
}
