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
  locals {
    policy = coalesce(self.ssl_policy, "ELBSecurityPolicy-2016-08")
  }
  applies = self.protocol == "HTTPS" || self.protocol == "TLS"
  # Policies as of November 2025; every policy named TLS13-1-2 or TLS13-1-3 starts at TLS 1.2.
  require = (
    startswith(local.policy, "ELBSecurityPolicy-TLS13-1-2") == true
    || startswith(local.policy, "ELBSecurityPolicy-TLS13-1-3") == true
    || contains([
      "ELBSecurityPolicy-TLS-1-2-2017-01",
      "ELBSecurityPolicy-TLS-1-2-Ext-2018-06",
      "ELBSecurityPolicy-FS-1-2-2019-08",
      "ELBSecurityPolicy-FS-1-2-Res-2019-08",
      "ELBSecurityPolicy-FS-1-2-Res-2020-10",
    ], local.policy)
  )
  message = "${self.address} accepts TLS 1.0 or 1.1"
  fix {
    title         = "Require TLS 1.2 on ${self.address}"
    applicability = "review"
    caution       = "Clients that know nothing newer than TLS 1.1 can no longer connect."
  }
}
