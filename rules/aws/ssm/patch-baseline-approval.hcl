# Security patches that wait too long to be approved leave known holes open. Judged are approval rules that are about
# security patches: by classification, by severity, or without a filter on either. A date freezes approval, so it counts as
# too slow. How long is committed to is a person's knowledge; the fix takes seven days.
rule {
  title    = "Patch baseline approves security patches within 7 days"
  severity = "medium"
  resource = ["aws_ssm_patch_baseline"]
  criteria = {
    "CC7.1" = "Known holes are closed within a set time after their patch is out."
  }
  locals {
    rules = [for rule in self.approval_rule : rule if(
      length([for filter in rule.patch_filter : filter if contains(["CLASSIFICATION", "SEVERITY", "MSRC_SEVERITY"], filter.key)]) == 0
      || anytrue([for filter in rule.patch_filter : anytrue([for value in filter.values : (
        contains(["*", "security", "securityupdates", "criticalupdates", "critical", "important", "high"], lower(value))
      )]) if contains(["CLASSIFICATION", "SEVERITY", "MSRC_SEVERITY"], filter.key)])
    )]
    slow = [for rule in local.rules : rule if rule.approve_until_date != null || coalesce(rule.approve_after_days, 0) > 7]
  }
  applies = length(local.rules) > 0
  require = length(local.slow) == 0
  message = "${self.address} approves security patches later than 7 days after their release"
}
