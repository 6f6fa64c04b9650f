# trueup:ignore aws/s3/bucket-versioning, aws/ebs/volume-encrypted reason="a \"b\" é" until=2027-01-31
resource "aws_s3_bucket" "b" { // checkov:skip=CKV_AWS_18:why not
  acl = "x # trueup:ignore no/comment" /* tfsec:ignore:aws-s3-enable-versioning:exp:2027-01-01 */
  a = <<EOT
# trueup:ignore in/heredoc reason="x"
EOT
  #trivy:ignore:AVD-AWS-0086 trivy:ignore:*
  # kics-scan ignore-line
}
