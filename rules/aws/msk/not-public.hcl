# Public brokers expose the event bus of the whole system.
rule {
  title    = "MSK brokers have no public addresses"
  severity = "high"
  resource = ["aws_msk_cluster"]
  aliases  = ["CKV_AWS_291", "kafka_cluster_is_public"]
  criteria = {
    "CC6.6" = "The brokers have no address outside the network boundary."
    "CC6.1" = "Topics can be reached only from networks that are meant to."
  }
  locals {
    access = self.broker_node_group_info[0].connectivity_info[0].public_access[0]
  }
  require = local.access.type == null || local.access.type == "DISABLED"
  message = "${self.address} has public addresses"
  fix {
    title         = "Take the public addresses from ${self.address}"
    applicability = "review"
    caution       = "Clients outside the VPC lose access."
  }
}
