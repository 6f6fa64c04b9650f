# A recorder that is declared records nothing until its status turns it on and it knows where to write. Asked where
# the configuration is an account's baseline.
rule {
  title    = "AWS Config records configuration changes"
  severity = "high"
  scope    = "estate"
  aliases  = ["CKV2_AWS_45", "config_recorder_all_regions_enabled", "config_enabled_all_regions"]
  criteria = {
    "CC8.1" = "Changes made outside the pipeline leave a record."
    "CC2.1" = "The state of resources at any time can be told."
    "CC3.4" = "Changes that bring new risk become visible."
    "CC7.1" = "Configurations that drift from the baseline can be found."
  }
  locals {
    recorders = resources("aws_config_configuration_recorder")
    statuses  = resources("aws_config_configuration_recorder_status")
    stopped   = [for status in local.statuses : status if status.is_enabled == false][0]
  }
  applies = account_baseline() == true
  require = length(resources("aws_controltower_landing_zone")) > 0 || (
    length(local.recorders) > 0
    && length(resources("aws_config_delivery_channel")) > 0
    && anytrue([for status in local.statuses : status.is_enabled == true])
  )
  message = "AWS Config does not record changes"
  fix {
    title         = "Start ${local.stopped.address}"
    on            = local.stopped
    applicability = "review"
    caution       = "AWS Config bills every recorded change."
  }
}
