# The Kubernetes API administers every workload, and is open to the world unless the code says otherwise. Only a person
# knows the ranges that need it: a fix asks for the setting allowed_cidrs.
rule {
  title    = "EKS API endpoint is closed to the internet at large"
  severity = "critical"
  resource = ["aws_eks_cluster"]
  aliases = [
    "CKV_AWS_38",
    "AVD-AWS-0041",
    "aws-eks-no-public-cluster-access-to-cidr",
    "eks_cluster_not_publicly_accessible",
  ]
  criteria = {
    "CC6.6" = "The cluster's API can't be reached from just anywhere."
    "CC6.1" = "Administrative access comes from known networks."
  }
  require = self.vpc_config[0].endpoint_public_access == false || (
    length(self.vpc_config[0].public_access_cidrs) > 0
    && !is_world(self.vpc_config[0].public_access_cidrs)
  )
  message = "${self.address} offers its API to the whole internet"
  fix {
    title         = "Open the API of ${self.address} to the allowed ranges only"
    applicability = "review"
    caution       = "Nodes without a private endpoint, pipelines and people who come from elsewhere lose the API: allowed_cidrs has to name all who should reach it."
  }
}
