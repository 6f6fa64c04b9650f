# The audit log says who changed what in the cluster, and is off unless the code asks for it.
rule {
  title    = "EKS cluster logs its control plane"
  severity = "high"
  resource = ["aws_eks_cluster"]
  aliases = [
    "CKV_AWS_37",
    "AVD-AWS-0038",
    "aws-eks-enable-control-plane-logging",
    "eks_control_plane_logging_all_types_enabled",
  ]
  criteria = {
    "CC7.2" = "Requests to the cluster and changes in it can be watched."
  }
  require = alltrue([for kind in ["api", "audit", "authenticator", "controllerManager", "scheduler"] : (
    contains(self.enabled_cluster_log_types, kind)
  )])
  message = "${self.address} does not keep all logs of its control plane"
  fix {
    title         = "Log the control plane of ${self.address}"
    applicability = "review"
    caution       = "CloudWatch bills the logs by volume, and the audit log of a busy cluster is large."
  }
}
