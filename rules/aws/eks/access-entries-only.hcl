# A ConfigMap in the cluster says who may enter, unseen by IAM, and whoever made the cluster stays its administrator
# for ever. Access entries show both.
rule {
  title    = "EKS access is managed through access entries"
  severity = "medium"
  resource = ["aws_eks_cluster"]
  criteria = {
    "CC6.1" = "Who may use the cluster stands in IAM, where it can be reviewed."
    "CC6.3" = "Access can be given and taken back without the cluster's creator."
  }
  require = anytrue([for config in self.access_config : (
    contains(["API", "API_AND_CONFIG_MAP"], config.authentication_mode)
    && config.bootstrap_cluster_creator_admin_permissions == false
  )])
  message = "${self.address} gives access past access entries"
}
