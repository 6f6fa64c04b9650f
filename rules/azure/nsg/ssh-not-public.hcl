# Exposed SSH is attacked within minutes. Only a person knows which addresses need it, so there is no fix.
rule {
  title    = "Network security group keeps SSH (22) closed to the internet"
  severity = "critical"
  resource = ["azurerm_network_security_group", "azurerm_network_security_rule"]
  aliases = [
    "CKV_AZURE_10",
    "AVD-AZU-0050",
    "azure-network-ssh-blocked-from-internet",
    "network_ssh_internet_access_restricted",
  ]
  criteria = {
    "CC6.6" = "SSH can't be reached from outside the network boundary."
    "CC6.1" = "Administrative access goes through a controlled path."
    "CC6.7" = "Remote sessions from unknown places are not possible."
  }
  locals {
    world = ["*", "Internet", "internet", "INTERNET", "Any", "any", "0.0.0.0"]
  }
  # Rules inside the group, and the rule that is a resource of its own.
  require = alltrue([for rule in concat(self.security_rule, [self]) : !(
    (
      contains(local.world, rule.source_address_prefix)
      || is_world(rule.source_address_prefix) == true
      || anytrue([for prefix in rule.source_address_prefixes : contains(local.world, prefix)])
      || is_world(rule.source_address_prefixes) == true
    )
    && lower(coalesce(rule.direction, "-")) == "inbound"
    && lower(coalesce(rule.access, "-")) == "allow"
    && contains(["tcp", "*"], lower(coalesce(rule.protocol, "-")))
    && length(rule.source_application_security_group_ids) == 0
    && anytrue([for range in concat([rule.destination_port_range], rule.destination_port_ranges) : (
      range != null
      && port_open(
        split("-", replace(coalesce(range, "-"), "*", "0-65535"))[0],
        reverse(split("-", replace(coalesce(range, "-"), "*", "0-65535")))[0],
        "tcp",
        22,
      ) == true
    )])
  )])
  message = "${self.address} lets anyone on the internet reach SSH (port 22)"
}
