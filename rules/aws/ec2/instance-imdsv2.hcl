# Version 1 of the metadata service hands the role's keys to any request that can be tricked out of the machine. It is
# on unless the options, the image or the account say otherwise.
rule {
  title    = "EC2 instances require IMDSv2"
  severity = "high"
  resource = [
    "aws_instance",
    "aws_launch_template",
    "aws_launch_configuration",
    "aws_imagebuilder_infrastructure_configuration",
  ]
  aliases = [
    "CKV_AWS_79",
    "AVD-AWS-0028",
    "AVD-AWS-0130",
    "ec2_instance_imdsv2_enabled",
    "ec2_launch_template_imdsv2_required",
    "autoscaling_group_launch_configuration_requires_imdsv2",
    "aws-autoscaling-enforce-http-token-imds",
    "aws-ec2-enforce-http-token-imds",
    "aws-ec2-enforce-launch-config-http-token-imds",
  ]
  criteria = {
    "CC6.6" = "A forged request can't fetch the keys of the machine."
    "CC7.2" = "A common way to steal credentials is closed."
    "CC6.1" = "Credentials of the role are given to the machine only."
  }
  locals {
    options = self.metadata_options[0]
    default = anytrue([for default in resources("aws_ec2_instance_metadata_defaults") : default.http_tokens == "required"])
    images  = concat(referred("ami"), referred("image_id"))
  }
  # Where a launch template decides, it is judged itself.
  applies = length(self.launch_template) == 0 || length(self.metadata_options) > 0
  require = (
    local.options.http_tokens == "required"
    || local.options.http_endpoint == "disabled"
    || self.instance_metadata_options[0].http_tokens == "required"
    || (local.options.http_tokens == null && self.instance_metadata_options[0].http_tokens == null && (
      local.default == true || anytrue([for image in local.images : image.imds_support == "v2.0"])
    ))
  )
  message = "${self.address} answers version 1 of the metadata service"
  fix {
    title         = "Require IMDSv2 on ${self.address}"
    applicability = "review"
    caution       = "Software that only knows version 1 of the metadata service loses its credentials."
  }
}
