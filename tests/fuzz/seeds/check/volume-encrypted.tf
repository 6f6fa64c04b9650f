resource "aws_ebs_volume" "data" { # finding
  availability_zone = "eu-central-1a"
  size              = 40
}
