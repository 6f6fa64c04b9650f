# Jobs that fill tables pass on what they get; a ruleset says what must hold of it. Asked of account baselines with
# jobs and tables.
rule {
  title    = "Glue tables have data quality rules"
  severity = "low"
  scope    = "estate"
  criteria = {
    "PI1.1" = "What data must look like is defined."
    "PI1.2" = "Data that breaks a rule is found when it comes in."
    "PI1.3" = "Results of processing are checked."
  }
  applies = account_baseline() == true && length(resources("aws_glue_job")) > 0 && length(resources("aws_glue_catalog_table")) > 0
  require = anytrue([for ruleset in resources("aws_glue_data_quality_ruleset") : length(ruleset.target_table) > 0])
  message = "no data quality rules watch the tables that Glue jobs fill"
}
