# Hosts that live long collect holes. Asked where the account's baseline is kept beside instances: a task of Patch Manager,
# host management by Systems Manager, or a pipeline that builds new images on a schedule must be there. Window and targets
# are a person's decision, so there is no fix.
rule {
  title    = "Instances are patched through Patch Manager or new images"
  severity = "high"
  scope    = "estate"
  aliases = [
    "ssm_managed_compliant_patching",
    "ssm_managed_instance_compliance_patch_compliant",
    "ssm_managed_instance_compliance_association_compliant",
  ]
  criteria = {
    "CC7.1" = "Known holes in operating systems are closed on a schedule."
    "CC3.2" = "The risk of unpatched hosts is met by a control that runs."
    "CC6.8" = "Software with known holes does not stay where malicious code can use it."
  }
  locals {
    documents = ["AWS-RunPatchBaseline", "AWS-RunPatchBaselineAssociation", "AWS-RunPatchBaselineWithHooks", "AWS-PatchAsgInstance", "AWS-PatchInstanceWithRollback"]
    tasks = concat(
      [for association in resources("aws_ssm_association") : (
        anytrue([for document in local.documents : endswith(association.name, document)])
        && association.parameters["Operation"] != "Scan"
      )],
      [for task in resources("aws_ssm_maintenance_window_task") : (
        anytrue([for document in local.documents : endswith(task.task_arn, document)])
        && !anytrue([for parameter in task.task_invocation_parameters[0].run_command_parameters[0].parameter : (
          parameter.name == "Operation" && contains(parameter.values, "Scan")
        )])
      )],
      [for pipeline in resources("aws_imagebuilder_image_pipeline") : length(pipeline.schedule) > 0],
      [for manager in resources("aws_ssmquicksetup_configuration_manager") : length(manager.configuration_definition) > 0],
    )
  }
  applies = account_baseline() == true && length(resources("aws_instance")) > 0 && (
    setting.external_vulnerability_scanner == null || setting.external_vulnerability_scanner == false
  )
  require = anytrue(local.tasks)
  message = "the tree has instances, and nothing installs patches on them: no association or maintenance task runs AWS-RunPatchBaseline with Install"
}
