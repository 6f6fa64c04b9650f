# A policy on a resource is the door that no role shows. One that names everybody opens it to all AWS accounts, or to
# the whole world.
rule {
  title    = "Other resource policies are not public"
  severity = "high"
  resource = [
    "aws_kinesis_resource_policy",
    "aws_msk_cluster_policy",
    "aws_glue_resource_policy",
    "aws_redshift_resource_policy",
    "aws_redshiftserverless_resource_policy",
    "aws_s3tables_table_bucket_policy",
    "aws_s3tables_table_policy",
    "aws_s3control_access_point_policy",
    "aws_s3control_multi_region_access_point_policy",
    "aws_acmpca_policy",
    "aws_vpclattice_resource_policy",
    "aws_vpclattice_auth_policy",
    "aws_media_store_container_policy",
    "aws_xray_resource_policy",
    "aws_organizations_resource_policy",
    "aws_networkfirewall_resource_policy",
    "aws_cloudsearch_domain_service_access_policy",
    "aws_codebuild_resource_policy",
  ]
  aliases = ["glue_data_catalogs_not_publicly_accessible", "CKV_AWS_283"]
  criteria = {
    "CC6.1" = "Access is given to named identities."
    "CC6.6" = "The resource can't be used from outside through its policy."
  }
  locals {
    texts = concat(
      [self.policy, self.resource_policy, self.policy_document, self.content, self.access_policy],
      [for details in self.details : details.policy],
    )
  }
  require = alltrue([for text in local.texts : policy_allows_public(text) == false || anytrue([
    for statement in policy_statements(text) : anytrue([
      for condition in statement.conditions : lower(condition.variable) == "aws:principaltype"
    ])
  ])])
  message = "${self.address} lets everybody in"
}
