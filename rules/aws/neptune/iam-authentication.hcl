# Neptune knows no passwords: without IAM authentication everything in its network may query it.
rule {
  title    = "Neptune cluster requires IAM authentication"
  severity = "high"
  resource = ["aws_neptune_cluster"]
  aliases  = ["CKV_AWS_359", "neptune_cluster_iam_authentication_enabled"]
  criteria = {
    "CC6.1" = "The graph can be queried only by identities that are allowed to."
    "CC6.2" = "Clients get access with credentials that were issued to them."
  }
  require = self.iam_database_authentication_enabled == true
  message = "${self.address} answers queries without authentication"
  fix {
    title         = "Require IAM authentication for ${self.address}"
    applicability = "review"
    caution       = "Requests that are not signed are refused at once: change the clients first."
  }
}
