# MemoryDB is a primary database, and its traffic is the customer's data. TLS is on unless the code turns it off.
rule {
  title    = "MemoryDB cluster uses TLS"
  severity = "high"
  resource = ["aws_memorydb_cluster", "aws_memorydb_multi_region_cluster"]
  aliases  = ["CKV_AWS_202"]
  criteria = {
    "CC6.7" = "Data on its way to and from the cluster is encrypted."
  }
  require = self.tls_enabled != false
  message = "${self.address} takes connections without TLS"
  fix {
    title         = "Turn on TLS for ${self.address}"
    applicability = "review"
    effect        = "destroys-data"
    caution       = "Terraform replaces the cluster by an empty one, and clients have to connect with TLS. Take a snapshot first and restore it through snapshot_name."
  }
}
