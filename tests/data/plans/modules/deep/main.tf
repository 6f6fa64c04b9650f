resource "aws_kms_key" "this" {
  description         = "deep"
  enable_key_rotation = false
}
