terraform {
  required_version = ">= 1.11"
  backend "s3" {
    bucket     = "state"
    key        = "state"
    secret_key = "S3CR3T-PLANT-01"
  }
}

provider "aws" {
  region     = "eu-west-1"
  secret_key = "S3CR3T-PLANT-02" # was S3CR3T-PLANT-03
}

variable "from_file" {
  type      = string
  sensitive = true
}

variable "blob" {
  type      = string
  sensitive = true
  default   = "S3CR3T-PLANT-04"
}

variable "passing" {
  type      = string
  ephemeral = true
  default   = "S3CR3T-PLANT-05"
}

locals {
  encoded  = base64encode(var.blob)
  shouting = upper("x-${var.blob}")
  text     = format("%s/%s", var.blob, local.plain)
  document = jsonencode({ inner = var.blob })
  plain    = sensitive("S3CR3T-PLANT-06")
  indirect = "S3CR3T-PLANT-07"
  aside    = "S3CR3T-PLANT-08"
}

# The old password: S3CR3T-PLANT-09
/*
  password = "S3CR3T-PLANT-10"
*/
resource "aws_db_instance" "literal" {
  identifier          = "literal"
  engine              = "postgres"
  instance_class      = "db.t4g.micro"
  username            = "admin"
  password            = "S3CR3T-PLANT-11" // not S3CR3T-PLANT-12
  storage_encrypted   = false
  publicly_accessible = true
}

resource "aws_db_instance" "apart" {
  identifier     = "apart"
  engine         = "postgres"
  instance_class = "db.t4g.micro"

  password = "S3CR3T-PLANT-13"

  allocated_storage   = 10
  storage_encrypted   = false
  publicly_accessible = true
  username            = "admin"
}

resource "aws_db_instance" "write_only" {
  engine              = "postgres"
  instance_class      = "db.t4g.micro"
  password_wo         = "S3CR3T-PLANT-14"
  password_wo_version = 1
  publicly_accessible = true
  domain_fqdn         = local.text
  domain              = local.encoded
}

resource "aws_instance" "user_data" {
  ami           = "ami-12345678"
  instance_type = "t3.micro"
  user_data     = <<-EOF
    #!/bin/sh
    export DB_PASSWORD=S3CR3T-PLANT-15
    echo '{"token": "S3CR3T-PLANT-16"}' > /etc/app.json
    curl https://me:S3CR3T-PLANT-17@example.org/
  EOF

  connection {
    host     = "h"
    password = "S3CR3T-PLANT-18"
    token    = local.aside
  }

  provisioner "remote-exec" {
    inline = ["login --password=S3CR3T-PLANT-19", "echo ${local.indirect}"]
  }
}

resource "aws_instance" "encoded" {
  ami              = "ami-12345678"
  instance_type    = "t3.micro"
  user_data_base64 = base64encode("export API_TOKEN=S3CR3T-PLANT-20")
}

resource "aws_instance" "handed_on" {
  ami           = "ami-12345678"
  instance_type = "t3.micro"
  user_data     = "#!/bin/sh\nexport DB_PASSWORD=${local.handed_on}\n"
}
locals { handed_on = "S3CR3T-PLANT-23" }

resource "aws_lambda_function" "env" {
  function_name = "env"
  role          = "arn:aws:iam::123456789012:role/r"
  environment {
    variables = {
      REGION      = "eu-west-1"
      DB_PASSWORD = "S3CR3T-PLANT-21"
      DATABASE    = "postgres://app:S3CR3T-PLANT-22@db/app"
      DERIVED     = "${var.from_file}-${local.shouting}"
      KEY         = "AKIAS3CR3TPLANT23456"
    }
  }
}

resource "aws_ssm_parameter" "value" {
  name  = "p"
  type  = "String"
  value = local.indirect
}

resource "aws_elasticache_replication_group" "auth" {
  replication_group_id       = "r"
  description                = local.document
  auth_token                 = "S3CR3T-PLANT-24"
  at_rest_encryption_enabled = false
  transit_encryption_enabled = false
}

resource "aws_ebs_volume" "wrong" {
  availability_zone = "eu-west-1a"
  size              = parseint(upper("${var.blob}"), 10)
  encrypted         = false
}

resource "aws_redshift_cluster" "wide" {
  cluster_identifier = "c"
  node_type          = "ra3"
  master_password    = "S3CR3T-PLANT-25"
  encrypted          = false
}

module "database" {
  source   = "./module"
  handed   = "S3CR3T-PLANT-26"
  indirect = "x-${local.indirect}"
}

module "away" {
  source = "git::https://me:S3CR3T-PLANT-27@example.org/module.git"
}

output "secret" {
  sensitive = true
  value     = "S3CR3T-PLANT-28"
}
