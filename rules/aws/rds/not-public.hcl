# A public address puts the database one security group change away from the internet.
rule {
  title    = "RDS database has no public address"
  severity = "critical"
  resource = ["aws_db_instance", "aws_rds_cluster_instance", "aws_rds_shard_group"]
  aliases = [
    "CKV_AWS_17",
    "AVD-AWS-0180",
    "aws-rds-no-public-db-access",
    "rds_instance_no_public_access",
    "rds_db_instance_prohibit_public_access",
  ]
  criteria = {
    "CC6.1" = "The database can be reached only from networks that are meant to."
    "CC6.6" = "The database has no address outside the network boundary."
  }
  require = self.publicly_accessible != true
  message = "${self.address} is publicly accessible"
  fix {
    title         = "Take the public address from ${self.address}"
    applicability = "review"
    caution       = "Clients outside the VPC lose access, and the host name resolves to a private address."
  }
}
