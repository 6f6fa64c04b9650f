# Who may do what in a cluster is in the ConfigMap aws-auth unless the code says otherwise: nothing in AWS lists it, and a
# mistake in it locks everybody out. Clusters that read access entries too pass. Who made the cluster may stay its
# administrator; that can be changed only when a cluster is made, so it is not asked. A new access_config block can make
# Terraform replace the cluster, and entries have to be written first, so there is no fix.
rule {
  title    = "EKS access is managed through access entries"
  severity = "medium"
  resource = ["aws_eks_cluster"]
  criteria = {
    "CC6.1" = "Rights in the cluster are given through IAM."
    "CC6.3" = "Changes of rights leave a record in CloudTrail and can be reviewed."
  }
  dated {
    as_of  = "2026-11-29"
    source = "https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessConfigRequest.html"
  }
  # An access entry works only where the mode allows it.
  require = (
    self.access_config[0].authentication_mode == "API"
    || self.access_config[0].authentication_mode == "API_AND_CONFIG_MAP"
    || (self.access_config[0].authentication_mode == null && length(referrers("aws_eks_access_entry", "cluster_name")) > 0)
  )
  message = "${self.address} keeps the rights in the cluster in a ConfigMap instead of access entries"
}
