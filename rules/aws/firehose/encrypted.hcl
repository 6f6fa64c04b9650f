# Records wait in the stream, and they are customer data. Where a Kinesis stream or MSK is the source, the source decides and
# AWS refuses the setting.
rule {
  title    = "Firehose stream is encrypted at rest"
  severity = "high"
  resource = ["aws_kinesis_firehose_delivery_stream"]
  aliases  = ["CKV_AWS_240", "firehose_stream_encrypted_at_rest"]
  criteria = {
    "CC6.1" = "Waiting records can be read only through their key."
    "C1.1"  = "Confidential records are encrypted while they wait."
  }
  applies = length(self.kinesis_source_configuration) + length(self.msk_source_configuration) == 0
  require = self.server_side_encryption[0].enabled == true
  message = "${self.address} keeps waiting records unencrypted"
  fix {
    title         = "Encrypt ${self.address}"
    applicability = "auto"
  }
}
