# Replication that runs all the time stops with its zone unless a standby takes over. A migration that runs once does
# not need it.
rule {
  title    = "DMS replication instances are Multi-AZ"
  severity = "low"
  resource = ["aws_dms_replication_instance", "aws_dms_replication_config"]
  aliases  = ["dms_instance_multi_az_enabled"]
  criteria = {
    "A1.2" = "Replication goes on when a zone is lost."
  }
  locals {
    tasks = referrers("aws_dms_replication_task", "replication_instance_arn")
    once  = length(local.tasks) > 0 && alltrue([for task in local.tasks : task.migration_type == "full-load"])
  }
  applies = local.once == false && self.replication_type != "full-load"
  require = (
    self.replication_config_identifier != null
    ? anytrue([for compute in self.compute_config : compute.multi_az == true])
    : self.multi_az == true
  )
  message = "${self.address} has no standby in another zone"
  fix {
    title         = "Give ${self.address} a standby in another zone"
    applicability = "review"
    caution       = "A second instance doubles the cost."
  }
}
