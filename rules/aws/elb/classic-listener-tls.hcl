# A classic load balancer can't redirect, so every listener that is not TLS carries clear text. What it passes through
# on the port of a protocol that encrypts by itself, such as SSH or TLS that ends at the instances, is left alone.
rule {
  title    = "Classic load balancer listeners use TLS with an ACM certificate"
  severity = "high"
  resource = ["aws_elb"]
  aliases = [
    "CKV_AWS_376",
    "CKV_AWS_127",
    "AVD-AWS-0054",
    "elb_ssl_listeners",
    "elb_ssl_listeners_use_acm_certificate",
    "elb_classic_lb_use_tls_https_listeners",
    "elb_classic_lb_use_ssl_certificate",
    "aws-elb-http-not-used",
  ]
  criteria = {
    "CC6.7" = "Data between clients and the load balancer is encrypted."
    "CC6.1" = "Sessions and passwords can't be read on the way."
  }
  locals {
    # HTTPS, SSH, LDAPS, DNS, FTPS, IMAPS, POP3S, SMTPS, AMQPS, MQTTS and syslog over TLS.
    passed = [22, 443, 465, 636, 853, 989, 990, 993, 995, 2222, 4443, 5671, 6514, 8443, 8883]
  }
  require = alltrue([for listener in self.listener : (
    (contains(["https", "ssl"], lower(listener.lb_protocol)) && listener.ssl_certificate_id != null)
    || (lower(listener.lb_protocol) == "tcp" && contains(local.passed, listener.lb_port))
  )])
  message = "${self.address} listens without TLS"
}
