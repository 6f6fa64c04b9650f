# Minor releases carry the security fixes of the engine. They are installed by themselves unless the code says no.
rule {
  title    = "RDS takes minor upgrades by itself"
  severity = "medium"
  resource = ["aws_db_instance", "aws_rds_cluster_instance"]
  aliases = [
    "CKV_AWS_226",
    "rds_instance_minor_version_upgrade_enabled",
    "rds_cluster_minor_version_upgrade_enabled",
  ]
  criteria = {
    "CC7.1" = "Security fixes of the engine are installed without waiting for somebody."
    "CC6.8" = "Known flaws of an old engine can't be used to run foreign code."
  }
  require = self.auto_minor_version_upgrade != false
  message = "${self.address} does not take minor upgrades by itself"
  fix {
    title         = "Let ${self.address} take minor upgrades by itself"
    applicability = "review"
    caution       = "Upgrades restart the database in its maintenance window. Pin the major version only, or the next plan after an upgrade shows a difference."
  }
}
