# The audit log of a cluster shows misuse that no network log does. The feature has to be declared to be evidence.
rule {
  title    = "GuardDuty watches EKS audit logs and runtime"
  severity = "medium"
  resource = ["aws_guardduty_detector"]
  aliases  = ["guardduty_eks_audit_log_enabled", "guardduty_eks_runtime_monitoring_enabled"]
  criteria = {
    "CC7.2" = "Unusual calls to the cluster are noticed."
    "CC6.8" = "Malicious workloads in the cluster are noticed."
  }
  locals {
    features = [for feature in referrers("aws_guardduty_detector_feature", "detector_id") : (
      contains(["EKS_AUDIT_LOGS"], feature.name) && feature.status == "ENABLED"
    )]
    off = [for feature in referrers("aws_guardduty_detector_feature", "detector_id") : feature if contains(["EKS_AUDIT_LOGS"], feature.name)][0]
    members = [for feature in referrers("aws_guardduty_organization_configuration_feature", "detector_id") : (
      contains(["EKS_AUDIT_LOGS"], feature.name) && contains(["ALL", "NEW"], feature.auto_enable)
    )]
  }
  applies = (
    length(resources("aws_eks_cluster")) > 0
    # A feature whose detector is not known may be one of this detector.
    && alltrue([for feature in resources("aws_guardduty_detector_feature") : feature.detector_id == null || feature.detector_id != null])
  )
  require = (
    anytrue(local.features)
    || anytrue(local.members) || anytrue([for source in self.datasources : anytrue([
      for kubernetes in source.kubernetes : anytrue([for logs in kubernetes.audit_logs : logs.enable == true])
    ])])
  )
  message = "${self.address} does not watch EKS audit logs"
  fix {
    title         = "Let ${self.address} watch EKS audit logs"
    applicability = "review"
    caution       = "GuardDuty bills it by volume."
  }
}
