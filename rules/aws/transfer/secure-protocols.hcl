# FTP sends passwords and files in clear text. FTPS and AS2 are encrypted, and SFTP is all that a server offers unless
# told otherwise.
rule {
  title    = "Transfer server does not offer FTP"
  severity = "high"
  resource = ["aws_transfer_server"]
  aliases  = ["CKV_AWS_357", "transfer_server_in_transit_encryption_enabled"]
  criteria = {
    "CC6.7" = "Files and passwords are encrypted on their way to and from the server."
  }
  locals {
    kept = [for protocol in self.protocols : protocol if protocol != "FTP"]
  }
  require = !contains(self.protocols, "FTP")
  message = "${self.address} offers FTP, which sends everything in clear text"
  fix {
    title         = "Stop offering FTP on ${self.address}"
    applicability = "review"
    caution       = "Clients that use FTP lose access: move them first."
  }
}
