variable "name" {
  type = string
}

variable "copies" {
  type = number
}

variable "policy" {
  type = string
}

resource "aws_ebs_volume" "copy" {
  count             = var.copies
  availability_zone = "eu-west-1a"
  size              = 10
  encrypted         = false
  tags = {
    name = var.name
  }
}

resource "aws_sns_topic" "events" {
  for_each = toset(["x.y]/\"z"])
  name     = "events"
}

module "deep" {
  source = "../deep"
}
