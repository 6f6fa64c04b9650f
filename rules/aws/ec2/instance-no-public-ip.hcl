# A public address puts a machine one wrong rule away from the internet. Where nothing is said, the subnet decides.
rule {
  title    = "EC2 instances do not get public IP addresses"
  severity = "high"
  resource = ["aws_instance", "aws_launch_template", "aws_launch_configuration"]
  aliases = [
    "CKV_AWS_88",
    "CKV_AWS_389",
    "AVD-AWS-0009",
    "ec2_instance_public_ip",
    "ec2_launch_template_no_public_ip",
    "autoscaling_group_launch_configuration_no_public_ip",
    "ec2_instance_not_publicly_accessible",
    "aws-ec2-no-public-ip",
  ]
  criteria = {
    "CC6.6" = "Machines can't be addressed from outside."
    "CC6.1" = "Access goes through a load balancer or another controlled path."
  }
  locals {
    subnets = referred("subnet_id")
    eips    = length(referrers("aws_eip", "instance")) + length(referrers("aws_eip_association", "instance_id"))
  }
  require = (
    self.associate_public_ip_address != true
    && alltrue([for interface in self.network_interfaces : (
      interface.associate_public_ip_address == null || lower(interface.associate_public_ip_address) != "true"
    )])
    && (
      self.associate_public_ip_address != null
      || alltrue([for subnet in local.subnets : subnet.map_public_ip_on_launch != true])
    )
    && (self.associate_public_ip_address != null || self.subnet_id == null || self.subnet_id != null)
    && local.eips == 0
  )
  message = "${self.address} has a public address"
}
