# Network records are needed to detect and reconstruct an intrusion; a VPC without them is a blind spot.
rule {
  title    = "VPC has a flow log"
  severity = "high"
  resource = ["aws_vpc"]
  aliases  = ["CKV2_AWS_11", "AVD-AWS-0178", "vpc_flow_logs_enabled"]
  criteria = {
    "CC7.2" = "Traffic of the VPC is recorded, so anomalies can be found."
    "CC6.6" = "Attempts to cross the network boundary leave a record."
    "CC7.3" = "A security event can be traced through the network."
  }
  locals {
    flow_logs = referrers("aws_flow_log", "vpc_id")
  }
  require = length(local.flow_logs) > 0
  message = "${self.address} has no flow log"
  fix {
    title         = "Add a flow log to ${self.address}"
    applicability = "review"
    caution       = "CloudWatch Logs charges for each gigabyte; a log group and a role for delivery are created."
  }
}
