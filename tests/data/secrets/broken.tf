# Nothing here parses to its end.
resource "aws_ssm_parameter" "broken" {
  name  = "broken"
  value = "S3CR3T-PLANT-33"
  type  = = "String"
  token = "S3CR3T-PLANT-34"
}

resource "aws_db_instance" "cut" {
  engine   = "postgres"
  password = "S3CR3T-PLANT-35
  username = "admin"
}
