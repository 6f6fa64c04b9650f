resource "aws_iam_policy" "bucket" {
  name = "bucket"

  policy = jsonencode({ # finding
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "*"
      Resource = "arn:aws:s3:::example-data/*"
    }]
  })
}
