# TLS 1.0 and 1.1 are withdrawn. A listener without a policy gets ELBSecurityPolicy-2016-08, which accepts both.
rule {
  title    = "Load balancer listener accepts TLS 1.2 or newer only"
  severity = "high"
  resource = ["aws_lb_listener", "aws_alb_listener"]
  aliases = [
    "CKV_AWS_103",
    "CKV2_AWS_74",
    "CKV_AWS_213",
    "AVD-AWS-0047",
    "aws-elb-use-secure-tls-policy",
    "elbv2_insecure_ssl_ciphers",
    "elb_insecure_ssl_ciphers",
  ]
  criteria = {
    "CC6.7" = "Data in transit is protected by a current version of TLS."
    "CC6.1" = "Sessions can't be read or replayed by breaking an old protocol."
  }
  dated {
    as_of  = "2025-11-30"
    source = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html"
  }
  applies = self.protocol == "HTTPS" || self.protocol == "TLS"
  # These families start at TLS 1.2. Names like TLS13-1-0 start lower.
  require = length(regexall(
    "^ELBSecurityPolicy-(TLS13-1-[23]|TLS-1-2|FS-1-2)-",
    coalesce(self.ssl_policy, "ELBSecurityPolicy-2016-08"),
  )) > 0
  message = "${self.address} accepts TLS 1.0 or 1.1"
  fix {
    title         = "Require TLS 1.2 on ${self.address}"
    applicability = "review"
    caution       = "Clients that know nothing newer than TLS 1.1 can no longer connect."
  }
}
