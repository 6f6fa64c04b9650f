# A public snapshot lets anybody restore the whole database. Only "all" is that; sharing with named accounts is not
# judged here.
rule {
  title    = "Database snapshots are not shared publicly"
  severity = "critical"
  resource = [
    "aws_db_snapshot",
    "aws_db_cluster_snapshot",
    "aws_db_snapshot_copy",
    "aws_rds_cluster_snapshot_copy",
  ]
  aliases = ["CKV_AWS_302", "rds_snapshots_public_access", "rds_db_snapshot_prohibit_public_access"]
  criteria = {
    "CC6.1" = "Copies of the data are given to named accounts only."
    "CC6.6" = "The database can't be restored from outside."
    "P6.1"  = "Personal data is not handed to everybody."
  }
  require = contains(self.shared_accounts, "all") == false
  message = "${self.address} lets everybody restore the database"
}
