variable "handed" {
  type      = string
  sensitive = true
}

variable "indirect" {
  type      = string
  sensitive = true
}

resource "aws_db_instance" "this" {
  engine              = "postgres"
  instance_class      = "db.t4g.micro"
  domain              = var.handed
  domain_fqdn         = lower(var.indirect)
  password            = var.handed
  publicly_accessible = true
}

output "handed" {
  value     = "${var.handed}-S3CR3T-PLANT-29"
  sensitive = true
}
