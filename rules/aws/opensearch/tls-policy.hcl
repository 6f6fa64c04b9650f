# Versions before TLS 1.2 are withdrawn, and a domain accepts TLS 1.0 unless told otherwise. Every policy whose name says
# 1.2 counts, the FIPS one too.
rule {
  title    = "OpenSearch domain requires TLS 1.2"
  severity = "high"
  resource = ["aws_opensearch_domain", "aws_elasticsearch_domain"]
  aliases  = ["CKV_AWS_228", "AVD-AWS-0126", "aws-elasticsearch-use-secure-tls-policy"]
  criteria = {
    "CC6.7" = "Requests are encrypted with a version of TLS that is not broken."
  }
  locals {
    options = self.domain_endpoint_options[0]
  }
  require = (
    local.options.tls_security_policy != null
    && startswith(local.options.tls_security_policy, "Policy-Min-TLS-1-2")
  )
  message = "${self.address} accepts versions of TLS before 1.2"
  fix {
    title         = "Require TLS 1.2 on ${self.address}"
    applicability = "review"
    caution       = "Clients that know only older versions of TLS are refused. Where the block is new, clients that use HTTP are refused as well."
  }
}
