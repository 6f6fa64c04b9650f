# Inspector looks for known holes in machines, images and functions all the time. Where another scanner does, the
# setting external_vulnerability_scanner says so. Asked where the configuration is an account's baseline.
rule {
  title    = "Amazon Inspector scans EC2, ECR and Lambda"
  severity = "high"
  scope    = "estate"
  aliases  = ["inspector2_is_enabled"]
  criteria = {
    "CC7.1" = "Known weaknesses are found soon after they become known."
    "CC4.2" = "Weaknesses are reported to those who can close them."
    "CC3.2" = "The risk from weaknesses is known."
  }
  locals {
    types  = flatten([for enabler in resources("aws_inspector2_enabler") : enabler.resource_types])
    needed = concat(["EC2", "ECR"], length(resources("aws_lambda_function")) > 0 ? ["LAMBDA"] : [])
    all = [for configuration in resources("aws_inspector2_organization_configuration") : anytrue([
      for enable in configuration.auto_enable : enable.ec2 == true && enable.ecr == true
    ])]
  }
  applies = account_baseline() == true && (
    setting.external_vulnerability_scanner == null || setting.external_vulnerability_scanner == false
  )
  require = alltrue([for type in local.needed : contains(local.types, type)]) || anytrue(local.all)
  message = "Inspector does not scan for known weaknesses"
}
