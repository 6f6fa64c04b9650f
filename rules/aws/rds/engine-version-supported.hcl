# A database past its end of standard support gets no fixes, or only paid ones for the worst flaws. Versions that the
# table does not know pass. A major upgrade needs a test and causes downtime, so there is no fix.
rule {
  title    = "RDS engine version is supported"
  severity = "high"
  resource = ["aws_db_instance", "aws_rds_cluster"]
  aliases = [
    "CKV_AWS_250",
    "CKV_AWS_388",
    "rds_instance_deprecated_engine_version",
    "rds_instance_extended_support",
  ]
  criteria = {
    "CC7.1" = "The database runs a version that still receives security fixes."
    "CC6.8" = "Known flaws of an old engine can't be used to run foreign code."
  }
  dated {
    as_of  = "2026-07-31"
    source = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support.html"
  }
  locals {
    ended = {
      "aurora"            = ["5.6"]
      "aurora-mysql"      = ["5.7"]
      "aurora-postgresql" = ["9.6", "10", "11", "12", "13"]
      "mariadb"           = ["10.0", "10.1", "10.2", "10.3", "10.4", "10.5"]
      "mysql"             = ["5.5", "5.6", "5.7", "8.0"]
      "postgres"          = ["9", "10", "11", "12", "13"]
    }
  }
  applies = self.engine_version != null && contains(keys(local.ended), self.engine)
  require = !anytrue([for version in local.ended[self.engine] : startswith("${self.engine_version}.", "${version}.")])
  message = "${self.address} names an engine version that is past its standard support"
}
