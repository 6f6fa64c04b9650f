# An expired certificate is an outage, and clients that click it away lose what TLS promises. ACM renews what it
# validates by DNS or HTTP; mail validation and imported certificates wait for a person.
rule {
  title    = "ACM certificates renew automatically"
  severity = "medium"
  resource = ["aws_acm_certificate"]
  aliases  = ["acm_certificates_expiration_check", "acm_certificate_expires_30_days"]
  criteria = {
    "CC6.7" = "Transport encryption does not lapse because nobody renewed a certificate."
    "A1.2"  = "An expiry does not take the service down."
  }
  locals {
    watched = concat(
      [for alarm in resources("aws_cloudwatch_metric_alarm") : (
        alarm.namespace == "AWS/CertificateManager" && alarm.metric_name == "DaysToExpiry"
      )],
      [for rule in resources("aws_config_config_rule") : anytrue([
        for source in rule.source : source.source_identifier == "ACM_CERTIFICATE_EXPIRATION_CHECK"
      ])],
    )
  }
  require = (
    contains(["DNS", "HTTP"], self.validation_method)
    || self.certificate_authority_arn != null
    || (self.certificate_body != null && anytrue(local.watched))
  )
  message = "${self.address} is not renewed by itself, and nothing warns before it expires"
}
