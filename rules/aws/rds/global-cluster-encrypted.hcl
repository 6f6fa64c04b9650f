# Every cluster of a global database follows the first one. With a source cluster that one decides, and it is judged
# here too.
rule {
  title    = "Aurora and DocumentDB global clusters are encrypted"
  severity = "high"
  resource = ["aws_rds_global_cluster", "aws_docdb_global_cluster", "aws_neptune_global_cluster"]
  aliases  = ["CKV_AWS_140", "CKV_AWS_292"]
  criteria = {
    "CC6.1" = "Data can be read only through its key, in every region."
    "C1.1"  = "Confidential data is encrypted at rest in every region."
  }
  locals {
    sources = referred("source_db_cluster_identifier")
  }
  require = (
    self.storage_encrypted == true
    || (self.source_db_cluster_identifier != null && alltrue([for source in local.sources : source.storage_encrypted == true]))
  )
  message = "${self.address} is not encrypted"
}
