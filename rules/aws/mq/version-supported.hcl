# Old brokers have flaws that run foreign code (CVE-2023-46604). The versions are those that Amazon MQ
# supports; newer ones pass. An upgrade restarts the broker and needs a test, so there is no fix.
rule {
  title    = "MQ broker runs a supported engine version"
  severity = "low"
  resource = ["aws_mq_broker", "aws_mq_configuration"]
  aliases  = ["CKV_AWS_208"]
  criteria = {
    "CC7.1" = "The broker runs a version that still receives security fixes."
  }
  dated {
    as_of  = "2026-07-31"
    source = "https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/activemq-version-management.html"
  }
  locals {
    oldest = {
      activemq = 5018
      rabbitmq = 3013
    }
    parts   = regexall("^(\\d+)\\.(\\d+)", self.engine_version)
    version = tonumber(local.parts[0][0]) * 1000 + tonumber(local.parts[0][1])
  }
  applies = length(local.parts) > 0 && contains(keys(local.oldest), lower(self.engine_type))
  require = local.version >= local.oldest[lower(self.engine_type)]
  message = "${self.address} names an engine version that Amazon MQ no longer supports"
}
