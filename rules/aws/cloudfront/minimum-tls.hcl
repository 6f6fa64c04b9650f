# With CloudFront's own certificate the lowest version is TLS 1.0, whatever is written beside it. A certificate of
# one's own lets the distribution ask for TLS 1.2; where one is named, the provider leaves out
# `cloudfront_default_certificate`. Only own certificates have an `ssl_support_method`.
rule {
  title    = "CloudFront requires TLS 1.2 and an own certificate"
  severity = "high"
  resource = ["aws_cloudfront_distribution"]
  aliases = [
    "CKV_AWS_174",
    "CKV2_AWS_42",
    "AVD-AWS-0013",
    "cloudfront_distributions_custom_ssl_certificate",
    "aws-cloudfront-use-secure-tls-policy",
  ]
  criteria = {
    "CC6.7" = "Viewers and the edge talk a current version of TLS."
  }
  locals {
    certificate = self.viewer_certificate[0]
  }
  require = (
    (
      local.certificate.acm_certificate_arn != null
      || local.certificate.iam_certificate_id != null
      || (local.certificate.ssl_support_method != null && local.certificate.cloudfront_default_certificate != true)
    )
    && length(regexall("^TLSv1\\.(2_20(18|19|21|25)|3_)", coalesce(local.certificate.minimum_protocol_version, "TLSv1"))) > 0
  )
  message = "${self.address} accepts viewers with TLS 1.0 or 1.1"

  fix {
    title         = "Ask the viewers of ${self.address} for TLS 1.2"
    applicability = "review"
    caution       = "Viewers that know nothing newer than TLS 1.1 can no longer connect."
  }
}
