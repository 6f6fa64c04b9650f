# Where no way to authenticate is set, everything in the network may read and write every topic. Serverless clusters
# always use IAM.
rule {
  title    = "MSK cluster requires its clients to authenticate"
  severity = "high"
  resource = ["aws_msk_cluster"]
  aliases = [
    "kafka_cluster_unrestricted_access_disabled",
    "kafka_cluster_mutual_tls_authentication_enabled",
  ]
  criteria = {
    "CC6.1" = "Topics can be used only by clients that prove who they are."
    "CC6.2" = "Clients get access with credentials that were issued to them."
  }
  locals {
    way = self.client_authentication[0]
    none = !(
      local.way.sasl[0].iam == true
      || local.way.sasl[0].scram == true
      || length(local.way.tls[0].certificate_authority_arns) > 0
    )
  }
  require = self.client_authentication[0].unauthenticated != true && (
    self.client_authentication[0].sasl[0].iam == true
    || self.client_authentication[0].sasl[0].scram == true
    || length(self.client_authentication[0].tls[0].certificate_authority_arns) > 0
  )
  message = "${self.address} lets clients in without authentication"
  fix {
    title         = "Require authentication for ${self.address}"
    applicability = "review"
    caution       = "Clients that don't authenticate are refused: move them first. IAM is taken where no way is set, and the brokers restart one after another."
  }
}
