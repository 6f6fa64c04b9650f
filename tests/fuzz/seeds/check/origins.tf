variable "encrypt" { default = false }
locals { on = { db = var.encrypt, keep = var.unset } }
resource "aws_db_instance" "d" {
  count                   = 2
  storage_encrypted       = local.on.db
  backup_retention_period = local.on.keep
  password                = "hunter2"
}
module "gone" { source = "./gone" }
resource "aws_security_group" "s" {
  dynamic "ingress" {
    for_each = toset([22, 3389])
    content {
      from_port = ingress.value
      to_port = ingress.value
      protocol = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
}
