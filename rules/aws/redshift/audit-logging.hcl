# Who logged in to the warehouse and what changed its users is written only where audit logging is on.
rule {
  title    = "Redshift writes audit logs"
  severity = "high"
  resource = ["aws_redshift_cluster", "aws_redshiftserverless_namespace"]
  aliases = [
    "CKV_AWS_71",
    "redshift_cluster_audit_logging",
    "redshift_cluster_encryption_logging_enabled",
    "redshift_cluster_audit_logging_enabled",
  ]
  criteria = {
    "CC7.2" = "Logins and changes of users leave a record."
    "CC7.3" = "Who read what can be looked up when something happened."
  }
  locals {
    loggings = referrers("aws_redshift_logging", "cluster_identifier")
    needed   = ["connectionlog", "userlog"]
    exports  = [for logging in local.loggings : logging.log_exports == null ? [] : logging.log_exports]
  }
  require = (
    # Up to version 5 of the provider the cluster has the settings itself.
    anytrue([for logging in self.logging : logging.enable])
    || anytrue([for logging in local.loggings : (
      (logging.log_destination_type == null || logging.log_destination_type == "s3") && logging.bucket_name != null
    )])
    || anytrue([for exports in local.exports : alltrue([for kind in local.needed : contains(exports, kind)])])
    || (self.namespace_name != null && alltrue([for kind in local.needed : contains(self.log_exports, kind)]))
  )
  message = "${self.address} writes no audit logs"
  fix {
    title         = "Write audit logs of ${self.address}"
    applicability = "review"
    caution       = "CloudWatch Logs bills what it takes in and keeps."
  }
}
