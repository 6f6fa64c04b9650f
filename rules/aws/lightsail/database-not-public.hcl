# A public address puts the database in reach of everyone who guesses its password.
rule {
  title    = "Lightsail database has no public address"
  severity = "high"
  resource = ["aws_lightsail_database"]
  aliases  = ["lightsail_database_public"]
  criteria = {
    "CC6.6" = "The database has no address outside the network boundary."
    "CC6.1" = "The database can be reached only from resources that are meant to."
  }
  require = self.publicly_accessible != true
  message = "${self.address} is publicly accessible"
  fix {
    title         = "Take the public address from ${self.address}"
    applicability = "review"
    caution       = "Clients outside Lightsail lose access."
  }
}
