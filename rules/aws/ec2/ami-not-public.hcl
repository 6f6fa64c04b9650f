# A public image hands everything baked into it to every AWS customer. Only a person knows who launches it, so there is
# no fix. Sharing with accounts and organisations is fine.
rule {
  title    = "Machine image is not shared with everyone"
  severity = "high"
  resource = ["aws_ami_launch_permission", "aws_imagebuilder_distribution_configuration"]
  aliases  = ["CKV_AWS_205", "ec2_ami_public"]
  criteria = {
    "CC6.6" = "Outsiders can't start machines from internal images."
    "CC6.1" = "Images are shared with named accounts only."
    "C1.1"  = "Confidential files in an image are not published."
  }
  require = self.group != "all" && alltrue([for target in self.distribution : (
    alltrue([for image in target.ami_distribution_configuration : (
      alltrue([for permission in image.launch_permission : !contains(permission.user_groups, "all")])
    )])
  )])
  message = "${self.address} shares an image with everyone"
}
