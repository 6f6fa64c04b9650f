resource "aws_s3_bucket" "data" { # finding
  bucket = "example-data"
}
