# Findings stay in the region where they were made; one view of all needs an aggregator.
rule {
  title    = "Security Hub aggregates regions"
  severity = "low"
  scope    = "estate"
  criteria = {
    "CC4.2" = "Findings of all regions reach those who have to act."
    "CC7.3" = "Findings are judged in one place."
  }
  applies = account_baseline() == true && length(resources("aws_securityhub_account")) > 0
  require = anytrue([for aggregator in resources("aws_securityhub_finding_aggregator") : aggregator.linking_mode != "NO_REGIONS"])
  message = "Security Hub shows the findings of one region only"
}
