# The default VPC gives every subnet a way to the internet and every machine a public address. Adopting it only to
# delete it, or to lock it by a default security group without rules, is fine.
rule {
  title    = "The default VPC is not used"
  severity = "medium"
  resource = ["aws_default_vpc", "aws_default_subnet"]
  aliases  = ["CKV_AWS_148", "AVD-AWS-0101", "aws-ec2-no-default-vpc", "aws-vpc-no-default-vpc"]
  criteria = {
    "CC6.6" = "Workloads live in networks that were designed."
    "CC6.1" = "Machines get no public address by default."
  }
  locals {
    groups = referrers("aws_default_security_group", "vpc_id")
    users  = concat(referrers("aws_instance", "subnet_id"), referrers("aws_security_group", "vpc_id"), referrers("aws_lb", "subnets"))
    locked = length(local.groups) > 0 && alltrue([for group in local.groups : length(group.ingress) + length(group.egress) == 0])
  }
  require = self.force_destroy == true || (local.locked == true && length(local.users) == 0)
  message = "${self.address} keeps a default network in use"
}
