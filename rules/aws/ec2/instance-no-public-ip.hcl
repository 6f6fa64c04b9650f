# A public address puts a machine one wrong rule away from the internet. Where nothing is said, the subnet decides.
# An interface of the tree that a machine has is judged itself: by an elastic IP it gives the machine an address.
rule {
  title    = "EC2 instances do not get public IP addresses"
  severity = "high"
  resource = ["aws_instance", "aws_launch_template", "aws_launch_configuration", "aws_network_interface"]
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
    interface = length(regexall("(^|\\.)aws_network_interface\\.", self.address)) > 0
    attached = (
      length(self.attachment) > 0
      || length(referrers("aws_instance", "primary_network_interface.network_interface_id")) > 0
      || length(referrers("aws_instance", "network_interface.network_interface_id")) > 0
      || length(referrers("aws_network_interface_attachment", "network_interface_id")) > 0
      || length(referrers("aws_launch_template", "network_interfaces.network_interface_id")) > 0
    )
    # What a subnet gives to machines it does not give to interfaces made beforehand.
    subnets = local.interface ? [] : referred("subnet_id")
    eips = concat(
      referrers("aws_eip", "instance"),
      referrers("aws_eip", "network_interface"),
      referrers("aws_eip_association", "instance_id"),
      referrers("aws_eip_association", "network_interface_id"),
    )
    interfaces = concat(
      [for interface in self.primary_network_interface : interface.network_interface_id],
      [for interface in self.network_interface : interface.network_interface_id],
    )
    addressed = concat(
      [for eip in resources("aws_eip") : eip.network_interface],
      [for association in resources("aws_eip_association") : association.network_interface_id],
    )
  }
  applies = local.interface == false || local.attached == true
  require = (
    self.associate_public_ip_address != true
    && alltrue([for interface in self.network_interfaces : (
      interface.associate_public_ip_address == null || lower(interface.associate_public_ip_address) != "true"
    )])
    && (
      self.associate_public_ip_address != null
      || self.subnet_id == null
      || alltrue([for subnet in local.subnets : subnet.map_public_ip_on_launch != true])
    )
    && length(local.eips) == 0
    && alltrue([for id in local.interfaces : alltrue([for other in local.addressed : other == null || other != id])])
  )
  message = "${self.address} has a public address"
}
