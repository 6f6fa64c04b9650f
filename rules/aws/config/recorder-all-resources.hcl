# Types that are not recorded leave gaps in the history of changes. IAM is global: one recorder of the configuration
# has to record it, the others may leave it out.
rule {
  title    = "AWS Config records all resource types"
  severity = "medium"
  resource = ["aws_config_configuration_recorder"]
  aliases  = ["CKV2_AWS_48", "config_recorder_all_regions_enabled", "config_enabled_all_regions"]
  criteria = {
    "CC8.1" = "Changes to every kind of resource leave a record."
    "CC7.1" = "Configurations that drift from the baseline can be found."
    "CC3.4" = "Changes that bring new risk become visible."
  }
  locals {
    group = self.recording_group[0]
    # Types of IAM that a recorder leaves out, and other types that must not be missing.
    iam      = "^AWS::IAM::"
    needed   = "^AWS::(EC2::SecurityGroup$|S3::|KMS::|RDS::DB|CloudTrail::)"
    strategy = self.recording_group[0].recording_strategy[0].use_only
    complete = (
      local.strategy == "EXCLUSION_BY_RESOURCE_TYPES"
      ? alltrue([for type in local.group.exclusion_by_resource_types[0].resource_types : (
        length(regexall(local.needed, type)) == 0
      )])
      : local.strategy != "INCLUSION_BY_RESOURCE_TYPES" && local.group.all_supported != false
    )
    # By default a recorder leaves IAM out; one that excludes types records it unless it is among them.
    global = [for recorder in resources("aws_config_configuration_recorder") : (
      recorder.recording_group[0].recording_strategy[0].use_only == "EXCLUSION_BY_RESOURCE_TYPES"
      ? alltrue([for type in recorder.recording_group[0].exclusion_by_resource_types[0].resource_types : (
        length(regexall(local.iam, type)) == 0
      )])
      : recorder.recording_group[0].include_global_resource_types == true && recorder.recording_group[0].all_supported != false
    )]
  }
  require = local.complete == true && anytrue(local.global)
  message = "${self.address} leaves resource types out of the record"
  fix {
    title         = "Let ${self.address} record all resource types"
    applicability = "review"
    caution       = "AWS Config bills every recorded change. Global types need to be recorded in one region only."
  }
}
