# Without it whoever reaches the domain may read every index. Somebody has to be named as its master, so there is no fix.
rule {
  title    = "OpenSearch domain uses fine-grained access control"
  severity = "high"
  resource = ["aws_opensearch_domain", "aws_elasticsearch_domain"]
  aliases  = ["CKV2_AWS_52", "opensearch_service_domains_access_control_enabled"]
  criteria = {
    "CC6.1" = "Indexes can be read only by users who are known to the domain."
    "CC6.3" = "Roles decide which indexes a user may read and write."
  }
  locals {
    options = self.advanced_security_options[0]
  }
  require = local.options.enabled == true && local.options.anonymous_auth_enabled != true
  message = "${self.address} does not control access inside the domain"
}
