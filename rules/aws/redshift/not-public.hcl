# A public warehouse exposes everything at once. Where the code of a cluster says nothing, the version of the provider
# decides (public before 6.0, private since), so only what is written is judged; a plan tells more.
rule {
  title    = "Redshift has no public address"
  severity = "critical"
  resource = ["aws_redshift_cluster", "aws_redshiftserverless_workgroup"]
  aliases = [
    "CKV_AWS_87",
    "CKV_AWS_391",
    "redshift_cluster_public_access",
    "redshift_cluster_prohibit_public_access",
  ]
  criteria = {
    "CC6.1" = "The warehouse can be reached only from networks that are meant to."
    "CC6.6" = "The warehouse has no address outside the network boundary."
  }
  applies = self.publicly_accessible != null || self.workgroup_name != null
  require = self.publicly_accessible != true
  message = "${self.address} is publicly accessible"
  fix {
    title         = "Take the public address from ${self.address}"
    applicability = "review"
    caution       = "Clients outside the VPC lose access."
  }
}
