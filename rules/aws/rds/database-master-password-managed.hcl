# A password argument ends up in the state and in plans, wherever it comes from: a variable, a secret that is read, a
# random password. Replicas and restored databases bring their own.
rule {
  title    = "Database master password stays out of code and state"
  severity = "high"
  resource = [
    "aws_db_instance",
    "aws_docdb_cluster",
    "aws_rds_cluster",
    "aws_redshift_cluster",
    "aws_redshiftserverless_namespace",
  ]
  criteria = {
    "CC6.1" = "The master password is kept, and changed, where access to it is checked."
    "C1.1"  = "The state of the infrastructure discloses no password."
  }
  locals {
    managed = (
      self.manage_master_user_password == true
      || self.manage_master_password == true
      || self.manage_admin_password == true
    )
    # A write-only password stands in no plan; the version beside it does.
    write_only = (
      self.password_wo_version != null
      || self.master_password_wo_version != null
      || self.admin_user_password_wo_version != null
    )
    # The source decides, the primary of a global cluster does, or there is no administrator at all.
    elsewhere = (
      self.replicate_source_db != null
      || self.replication_source_identifier != null
      || self.snapshot_identifier != null
      || self.snapshot_arn != null
      || self.restore_to_point_in_time[0] != null
      || (self.global_cluster_identifier != null && self.master_username == null)
      || (self.namespace_name != null && self.admin_username == null)
    )
  }
  applies = local.managed == true || local.write_only == true || local.elsewhere == false
  require = local.managed == true || local.write_only == true
  message = "${self.address} does not let AWS manage its master password"
  fix {
    title         = "Let AWS manage the master password of ${self.address}"
    applicability = "review"
    caution       = "The password changes at once: clients have to read the new secret. What else uses the old value has to follow."
  }
}
