# Each comment that silences nothing is a finding, so the lines around it are quoted.

# trueup:ignore aws/none/a
variable "key" {
  sensitive = true
  default = <<-EOF
    -----BEGIN PRIVATE KEY-----
    S3CR3T-PLANT-51abc+/
    S3CR3T-PLANT-52def+/
    -----END PRIVATE KEY-----
  EOF
  # trueup:ignore aws/none/b
}

variable "account" {
  sensitive = true
  # trueup:ignore aws/none/c
  default = {
    name = "S3CR3T-PLANT-53"
    list = ["S3CR3T-PLANT-54", 5]
  }
}

resource "google_sql_user" "this" {
  # trueup:ignore aws/none/d
  password = "S3CR3T-PLANT-55"
}

resource "azurerm_key_vault_secret" "this" {
  # trueup:ignore aws/none/e
  value = "S3CR3T-PLANT-56"
}

resource "other_thing" "this" {
  # trueup:ignore aws/none/f
  nested {
    login { api_key = "S3CR3T-PLANT-57" }
  }
}

resource "terraform_data" "this" {
  # trueup:ignore aws/none/g
  input = [sensitive("S3CR3T-PLANT-58"), "${sensitive("S3CR3T-PLANT-59")}-x"]
  provisioner "local-exec" {
    command     = "curl -H 'Authorization: token=S3CR3T-PLANT-60' https://u:S3CR3T-PLANT-61@h/"
    environment = { TOKEN = "S3CR3T-PLANT-62", "DB PASSWORD" = "S3CR3T-PLANT-63" }
  }
}

data "external" "this" {
  # trueup:ignore aws/none/h
  query = { password = "S3CR3T-PLANT-64", "client_secret" : "S3CR3T-PLANT-65" }
}

ephemeral "aws_secretsmanager_secret_version" "this" {
  # trueup:ignore aws/none/i
  secret_string = "S3CR3T-PLANT-66"
}

resource "aws_ecs_task_definition" "this" {
  family = "f"
  # trueup:ignore aws/none/j
  container_definitions = jsonencode([{
    environment = [{ name = "DB_PASSWORD", value = "S3CR3T-PLANT-67" },
      {
        value = "S3CR3T-PLANT-81"
        name  = "API_TOKEN"
    }]
  }])
}

resource "aws_ecs_task_definition" "text" {
  family = "f"
  # trueup:ignore aws/none/k
  container_definitions = "[{\"environment\": [{\"name\": \"X\", \"api_token\": \"S3CR3T-PLANT-68\"},{\"name\":\"DB_PWD\",\"value\":\"S3CR3T-PLANT-82\"}]}]"
}

locals {
  # trueup:ignore aws/none/l
  logins = { app = { passwords = ["S3CR3T-PLANT-69", "S3CR3T-PLANT-70"] } }
  chosen = var.on ? { token = "S3CR3T-PLANT-71" } : { token = "S3CR3T-PLANT-72" }
  listed = [for name in ["a"] : { password = "S3CR3T-PLANT-73" }]
}

resource "aws_rds_cluster" "this" {
  # trueup:ignore aws/none/m
  master_password = (var.on ? "S3CR3T-PLANT-74" : format("%s", "S3CR3T-PLANT-75"))
  dynamic "scaling_configuration" {
    for_each = [{ secret = "S3CR3T-PLANT-76" }]
    content { secret = "S3CR3T-PLANT-77" }
  }
}

check "health" {
  # trueup:ignore aws/none/n
  data "http" "x" { request_headers = { Authorization = "Bearer token:S3CR3T-PLANT-78" } }
}

resource "aws_db_proxy" "this" {
  # trueup:ignore aws/none/o
  # password: S3CR3T-PLANT-79 and PGPASSWORD=S3CR3T-PLANT-80
  tags = {
    Name = "db"
    # S3CR3T-PLANT-55 again
  }
}
