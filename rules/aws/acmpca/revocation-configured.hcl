# A certificate that can't be revoked keeps its access until it expires. Short-lived certificates expire instead.
rule {
  title    = "Private CA publishes revocation information"
  severity = "medium"
  resource = ["aws_acmpca_certificate_authority"]
  criteria = {
    "CC6.1" = "Clients can tell a withdrawn certificate from a valid one."
    "CC6.3" = "Access given by a certificate can be taken away before it expires."
  }
  applies = self.usage_mode != "SHORT_LIVED_CERTIFICATE"
  require = (
    self.revocation_configuration[0].crl_configuration[0].enabled == true
    || self.revocation_configuration[0].ocsp_configuration[0].enabled == true
  )
  message = "${self.address} publishes neither a revocation list nor OCSP answers"
  fix {
    title         = "Let ${self.address} answer OCSP requests"
    applicability = "review"
    caution       = "AWS bills OCSP by certificate. Certificates issued before the change don't name the responder and have to be issued again."
  }
}
