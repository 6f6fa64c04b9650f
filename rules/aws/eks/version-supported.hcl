# A version past standard support costs extra, and past extended support it gets no security patches. An upgrade goes
# one version at a time, add-ons and nodes with it, so there is no fix.
rule {
  title    = "EKS runs a Kubernetes version in standard support"
  severity = "high"
  resource = ["aws_eks_cluster", "aws_eks_node_group"]
  aliases  = ["CKV_AWS_339", "eks_cluster_uses_a_supported_version"]
  criteria = {
    "CC7.1" = "Known weaknesses of the cluster's software are patched."
    "CC6.8" = "Outdated software is found and replaced."
  }
  dated {
    as_of  = "2026-04-30"
    source = "https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html"
  }
  # AWS supports 1.33 and newer. A version it does not know, such as 2.0, passes; without one EKS takes the newest at
  # creation.
  require = (
    self.version == null
    || !startswith(self.version, "1.")
    || tonumber(split(".", self.version)[1]) >= 33
  )
  message = "${self.address} runs a Kubernetes version that is past standard support"
}
