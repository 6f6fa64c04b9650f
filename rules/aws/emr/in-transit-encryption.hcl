# What the nodes of a cluster exchange crosses the network in clear text otherwise. Only a person has the certificates,
# so there is no fix.
rule {
  title    = "EMR encrypts data in transit"
  severity = "high"
  resource = ["aws_emr_security_configuration"]
  aliases  = ["CKV_AWS_351", "AVD-AWS-0138", "aws-emr-enable-in-transit-encryption"]
  criteria = {
    "CC6.7" = "Data between the nodes of a cluster is encrypted."
  }
  locals {
    encryption = jsondecode(self.configuration).EncryptionConfiguration
  }
  require = (
    local.encryption.EnableInTransitEncryption == true
    && local.encryption.InTransitEncryptionConfiguration.TLSCertificateConfiguration != null
  )
  message = "${self.address} does not encrypt what nodes exchange"
}
