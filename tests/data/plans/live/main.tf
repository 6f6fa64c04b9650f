terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "x"
  secret_key                  = "x"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}

variable "master_password" {
  type      = string
  sensitive = true
}

variable "encrypt" {
  type    = bool
  default = true
}

moved {
  from = aws_ebs_volume.old
  to   = aws_ebs_volume.renamed
}

# Moved, and fails before and after: the plan keeps it.
resource "aws_ebs_volume" "renamed" {
  availability_zone = "eu-west-1a"
  size              = 10
  encrypted         = false
}

# Replaced: encryption goes off, so the plan introduces it.
resource "aws_ebs_volume" "worse" {
  availability_zone = "eu-west-1a"
  size              = 20
  encrypted         = var.encrypt
}

# It fails before and after.
resource "aws_db_instance" "same" {
  identifier          = "same"
  engine              = "postgres"
  instance_class      = "db.t3.micro"
  allocated_storage   = 10
  username            = "admin"
  password            = var.master_password
  publicly_accessible = true
  storage_encrypted   = false
  skip_final_snapshot = true
}

resource "aws_kms_key" "better" {
  description         = "better"
  enable_key_rotation = true
}

resource "aws_security_group" "web" {
  name = "web"

  dynamic "ingress" {
    for_each = [22, 443]
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
}

# Its id is known after apply, so this is read after apply too.
data "aws_iam_policy_document" "late" {
  statement {
    actions   = ["s3:GetObject"]
    resources = [aws_kms_key.fresh.arn]
  }
}

resource "aws_kms_key" "fresh" {
  description         = "fresh"
  enable_key_rotation = false
}

module "store" {
  source   = "../modules/store"
  for_each = toset(["a.b/c\"d", "plain"])
  name     = each.key
  copies   = 2
  policy   = data.aws_iam_policy_document.late.json
}
