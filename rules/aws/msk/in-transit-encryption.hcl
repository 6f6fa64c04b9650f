# Event streams carry the customer's data between services. TLS is the default on both ways, so only code that turns it
# off is reported. Traffic between brokers can be changed in a new cluster only: for that half there is no fix.
rule {
  title    = "MSK cluster accepts TLS only"
  severity = "high"
  resource = ["aws_msk_cluster"]
  aliases = [
    "CKV_AWS_81",
    "AVD-AWS-0073",
    "AVD-AWS-0179",
    "aws-msk-enable-in-transit-encryption",
    "kafka_cluster_in_transit_encryption_enabled",
  ]
  criteria = {
    "CC6.7" = "Events are encrypted between clients and brokers, and between brokers."
  }
  locals {
    wire = self.encryption_info[0].encryption_in_transit[0]
  }
  require = (
    (local.wire.client_broker == null || local.wire.client_broker == "TLS")
    && local.wire.in_cluster != false
  )
  message = "${self.address} moves events without encryption"
  fix {
    title         = "Accept TLS only on ${self.address}"
    applicability = "review"
    caution       = "Plaintext clients are refused: move them to TLS first. The brokers restart one after another."
  }
}
