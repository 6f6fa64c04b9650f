# A replication instance reads whole databases. The provider asks for a private one where the code says nothing.
rule {
  title    = "DMS replication instance is not public"
  severity = "critical"
  resource = ["aws_dms_replication_instance"]
  aliases = [
    "CKV_AWS_89",
    "dms_instance_no_public_access",
    "dms_replication_instance_not_publicly_accessible",
  ]
  criteria = {
    "CC6.1" = "The instance is reached through the private network only."
    "CC6.6" = "Closes a path from the internet to internal databases."
    "CC6.2" = "Outsiders have nothing to try credentials on."
  }
  require = self.publicly_accessible != true
  message = "${self.address} has a public address"
  fix {
    title         = "Take ${self.address} off the internet"
    applicability = "review"
    effect        = "replace"
    caution       = "Terraform replaces the instance, and its tasks have to be created anew. Make sure that sources and targets can be reached privately."
  }
}
