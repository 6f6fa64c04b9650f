# A standby in a second zone takes over when the first fails. Aurora spreads by its instances, read replicas are spares
# themselves, and SQL Server Express and Web have no standby: none of them is asked.
rule {
  title    = "RDS instance has a standby in a second zone"
  severity = "medium"
  resource = ["aws_db_instance"]
  aliases  = ["CKV_AWS_157", "rds_instance_multi_az"]
  criteria = {
    "A1.2" = "The database survives the loss of one zone."
  }
  applies = (
    self.replicate_source_db == null
    && self.engine != "aurora"
    && self.engine != "aurora-mysql"
    && self.engine != "aurora-postgresql"
    && self.engine != "sqlserver-ex"
    && self.engine != "sqlserver-web"
  )
  require = self.multi_az == true
  message = "${self.address} runs in one zone only"
  fix {
    title         = "Give ${self.address} a standby in a second zone"
    applicability = "review"
    caution       = "The instance costs about twice as much, and writes take slightly longer."
  }
}
