# Records wait in a stream for a day to a year, and the provider creates streams without encryption.
rule {
  title    = "Kinesis stream is encrypted"
  severity = "high"
  resource = ["aws_kinesis_stream"]
  aliases = [
    "CKV_AWS_43",
    "AVD-AWS-0064",
    "aws-kinesis-enable-in-transit-encryption",
    "kinesis_stream_encrypted_at_rest",
  ]
  criteria = {
    "PI1.4" = "Records on their way to their consumers are protected from being read."
    "CC6.1" = "Records can be read only through their key."
    "C1.1"  = "Confidential records are encrypted while the stream keeps them."
  }
  locals {
    keyless = self.kms_key_id == null
  }
  require = self.encryption_type == "KMS" && self.kms_key_id != null
  message = "${self.address} keeps its records unencrypted"
  fix {
    title         = "Encrypt ${self.address}"
    applicability = "review"
    caution       = "Producers and consumers need permission to use the key. The service's own key, taken where none is named, can't be used from other accounts."
  }
}
