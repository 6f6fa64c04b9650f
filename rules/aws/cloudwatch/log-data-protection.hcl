# Logs of an application that handles personal data end up holding some of it. A data protection policy finds and
# masks it. Asked of account baselines with a log group that is tagged as holding such data.
rule {
  title    = "Logs mask personal data"
  severity = "low"
  scope    = "estate"
  criteria = {
    "P4.1" = "Personal data in logs is masked for readers who don't need it."
    "C1.1" = "Confidential data that slips into a log is found and hidden."
    "P6.3" = "Personal data does not leave through the log."
  }
  locals {
    key   = "(?i)^(data[-_ ]?)?(classification|class|sensitivity|type)$"
    value = "(?i)confidential|restricted|secret|pii|personal|phi|pci|gdpr"
    tagged = [for group in resources("aws_cloudwatch_log_group") : anytrue([for name, tag in group.tags : (
      length(regexall(local.key, name)) > 0 && length(regexall(local.value, tag)) > 0
    )])]
    account = [for policy in resources("aws_cloudwatch_log_account_policy") : (
      policy.policy_type == "DATA_PROTECTION_POLICY" && strcontains(policy.policy_document, "Deidentify")
    )]
    groups = [for policy in resources("aws_cloudwatch_log_data_protection_policy") : strcontains(policy.policy_document, "Deidentify")]
  }
  applies = account_baseline() == true && anytrue(local.tagged)
  require = anytrue(local.account) || anytrue(local.groups)
  message = "log groups tagged as holding personal data are not masked"
}
