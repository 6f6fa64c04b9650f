# Remote administration that everyone can reach invites password and key guessing. A rule without ports opens all.
rule {
  title    = "Firewall keeps SSH (22) closed to the internet"
  severity = "critical"
  resource = ["google_compute_firewall"]
  aliases = [
    "CKV_GCP_2",
    "AVD-GCP-0071",
    "compute_firewall_ssh_access_from_the_internet_allowed",
  ]
  criteria = {
    "CC6.6" = "SSH can't be reached from outside the network boundary."
    "CC6.7" = "Remote sessions from unknown places are not possible."
    "CC6.1" = "Administrative access goes through a controlled path."
  }
  applies = (
    self.direction != "EGRESS"
    && self.disabled != true
    && length(self.allow) > 0
  )
  require = !(
    (is_world(self.source_ranges) == true || contains(self.source_ranges, "0.0.0.0") || contains(self.source_ranges, "::"))
    && anytrue([for rule in self.allow : (
      contains(["tcp", "6", "all"], lower(rule.protocol))
      && (
        length(rule.ports) == 0
        || anytrue([for range in rule.ports : (
          port_open(split("-", range)[0], reverse(split("-", range))[0], "tcp", 22) == true
        )])
      )
    )])
  )
  message = "${self.address} lets anyone on the internet reach SSH (port 22)"
  fix {
    title         = "Open ${self.address} to Identity-Aware Proxy only"
    applicability = "review"
    caution       = "All ports of this rule are then reached through Identity-Aware Proxy alone; administrators need roles/iap.tunnelResourceAccessor."
  }
}
