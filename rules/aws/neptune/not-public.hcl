# A public address puts the graph one security group change away from the internet.
rule {
  title    = "Neptune instance has no public address"
  severity = "high"
  resource = ["aws_neptune_cluster_instance"]
  aliases  = ["CKV_AWS_102"]
  criteria = {
    "CC6.6" = "The database has no address outside the network boundary."
    "CC6.1" = "The database can be reached only from networks that are meant to."
  }
  require = self.publicly_accessible != true
  message = "${self.address} is publicly accessible"
  fix {
    title         = "Take the public address from ${self.address}"
    applicability = "review"
    effect        = "replace"
    caution       = "Terraform replaces the instance: the cluster's other instances serve meanwhile, and clients outside the VPC lose access."
  }
}
