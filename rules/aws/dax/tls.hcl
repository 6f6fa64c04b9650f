# Without it items cross the network in clear text, even where table and cache are encrypted.
rule {
  title    = "DAX cluster takes connections over TLS"
  severity = "high"
  resource = ["aws_dax_cluster"]
  aliases  = ["CKV_AWS_239", "dynamodb_accelerator_cluster_in_transit_encryption_enabled"]
  criteria = {
    "CC6.7" = "Items between the application and the cache are encrypted."
  }
  require = self.cluster_endpoint_encryption_type == "TLS"
  message = "${self.address} takes connections without TLS"
  fix {
    title         = "Let ${self.address} use TLS"
    applicability = "review"
    effect        = "replace"
    caution       = "Terraform replaces the cluster. Clients have to connect to daxs:// and need a version that knows it."
  }
}
