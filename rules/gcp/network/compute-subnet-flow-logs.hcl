# Flow records are the base for investigating any incident on the network. Proxy-only and Private Service Connect
# subnets can't write them.
rule {
  title    = "Subnet writes VPC flow logs"
  severity = "high"
  resource = ["google_compute_subnetwork"]
  aliases = [
    "CKV_GCP_26",
    "AVD-GCP-0029",
    "AVD-GCP-0076",
    "google-compute-enable-vpc-flow-logs",
    "compute_subnet_flow_logs_enabled",
  ]
  criteria = {
    "CC7.2" = "Traffic of the subnet is recorded, so anomalies can be found."
    "CC7.3" = "A security event can be traced through the network."
    "CC6.6" = "Attempts to cross the network boundary leave a record."
    "PI1.2" = "The origin of what enters the system can be traced."
  }
  applies = (
    self.purpose == null
    || self.purpose == "PRIVATE"
    || self.purpose == "PEER_MIGRATION"
  )
  # enable_flow_logs is the older spelling.
  require = (
    (self.log_config[0].flow_sampling != 0 && length(self.log_config) > 0)
    || self.enable_flow_logs == true
  )
  message = "${self.address} writes no flow logs"
  fix {
    title         = "Write flow logs for ${self.address}"
    applicability = "review"
    caution       = "The cost of logging grows with traffic."
  }
}
