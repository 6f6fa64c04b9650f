# A bill that jumps is often the first sign of stolen keys or of a runaway job. Asked where the configuration is an
# account's baseline.
rule {
  title    = "Spending alerts exist"
  severity = "low"
  scope    = "estate"
  criteria = {
    "A1.1"  = "Use of capacity beyond the plan is noticed."
    "CC7.2" = "Spending that is out of line points at misuse."
    "CC3.2" = "The risk of runaway cost is watched."
  }
  locals {
    budgets = [for budget in resources("aws_budgets_budget") : anytrue([for notice in budget.notification : (
      length(notice.subscriber_email_addresses) + length(notice.subscriber_sns_topic_arns) > 0
    )])]
  }
  applies = account_baseline() == true
  require = anytrue(local.budgets) || length(resources("aws_ce_anomaly_subscription")) > 0
  message = "nobody is told when spending jumps"
}
