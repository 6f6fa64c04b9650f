# All traffic of the application to the database goes through the proxy, passwords included.
rule {
  title    = "RDS Proxy requires TLS"
  severity = "high"
  resource = ["aws_db_proxy"]
  criteria = {
    "CC6.7" = "Queries, their results and passwords are encrypted on the way to the proxy."
  }
  require = self.require_tls == true
  message = "${self.address} accepts connections without TLS"
  fix {
    title         = "Require TLS on ${self.address}"
    applicability = "review"
    caution       = "Clients that connect without TLS are refused: move them first."
  }
}
