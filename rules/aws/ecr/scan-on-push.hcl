# Known flaws in an image should be found before it runs. Scanning may be set for the repository, for the whole registry, or
# be done by Inspector.
rule {
  title    = "Container images are scanned for vulnerabilities"
  severity = "high"
  resource = ["aws_ecr_repository"]
  aliases = [
    "CKV_AWS_163",
    "AVD-AWS-0030",
    "ecr_repositories_scan_images_on_push_enabled",
    "ecr_registry_scan_images_on_push_enabled",
    "aws-ecr-enable-image-scans",
  ]
  criteria = {
    "CC7.1" = "Known vulnerabilities in images are found."
    "CC6.8" = "Images with harmful software are found before they run."
    "CC4.2" = "Weaknesses are reported to those who can act on them."
  }
  locals {
    # Filters of the registry know the star only.
    registry = [for registry in resources("aws_ecr_registry_scanning_configuration") : (
      anytrue([for rule in registry.rule : (
        contains(["SCAN_ON_PUSH", "CONTINUOUS_SCAN"], rule.scan_frequency)
        && anytrue([for filter in rule.repository_filter : (
          filter.filter == "*"
          || length(regexall("^${replace(filter.filter, "*", ".*")}$", self.name)) > 0
        )])
      )])
    )]
    inspector = [for enabler in resources("aws_inspector2_enabler") : contains(enabler.resource_types, "ECR")]
  }
  require = (
    self.image_scanning_configuration[0].scan_on_push == true
    || anytrue(local.registry)
    || anytrue(local.inspector)
  )
  message = "${self.address} does not scan its images"
  fix {
    title         = "Scan images of ${self.address} when they are pushed"
    applicability = "auto"
  }
}
