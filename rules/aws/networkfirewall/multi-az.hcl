# With one endpoint all traffic depends on one zone. An endpoint costs money and needs a subnet, so there is no fix.
rule {
  title    = "Network Firewall has endpoints in several zones"
  severity = "medium"
  resource = ["aws_networkfirewall_firewall"]
  aliases  = ["networkfirewall_multi_az"]
  criteria = {
    "A1.2" = "Traffic still passes the firewall when one zone is lost."
  }
  # A dynamic block over an unknown value stands as one unknown block.
  require = (
    length([for mapping in self.subnet_mapping : mapping if mapping != null]) >= 2
    || length([for mapping in self.availability_zone_mapping : mapping if mapping != null]) >= 2
  )
  message = "${self.address} has an endpoint in one zone only"
}
