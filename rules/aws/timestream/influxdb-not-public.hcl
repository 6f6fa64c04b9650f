# A public address puts the time series in reach of everyone who guesses a token.
rule {
  title    = "Timestream for InfluxDB has no public address"
  severity = "high"
  resource = ["aws_timestreaminfluxdb_db_instance", "aws_timestreaminfluxdb_db_cluster"]
  criteria = {
    "CC6.6" = "The database has no address outside the network boundary."
    "CC6.1" = "The database can be reached only from networks that are meant to."
  }
  require = self.publicly_accessible != true
  message = "${self.address} is publicly accessible"
  fix {
    title         = "Take the public address from ${self.address}"
    applicability = "review"
    effect        = "destroys-data"
    caution       = "Terraform replaces the database by an empty one, and clients outside the VPC lose access. Export the data first."
  }
}
