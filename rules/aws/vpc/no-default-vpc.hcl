# The default VPC gives every subnet a way to the internet and every machine a public address. Adopting it only to
# delete it is fine.
rule {
  title    = "The default VPC is not used"
  severity = "medium"
  resource = ["aws_default_vpc", "aws_default_subnet"]
  aliases  = ["CKV_AWS_148", "AVD-AWS-0101", "aws-ec2-no-default-vpc", "aws-vpc-no-default-vpc"]
  criteria = {
    "CC6.6" = "Workloads live in networks that were designed."
    "CC6.1" = "Machines get no public address by default."
  }
  require = self.force_destroy == true
  message = "${self.address} keeps a default network in use"
}
