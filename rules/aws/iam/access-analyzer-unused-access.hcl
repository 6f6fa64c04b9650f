# Roles, keys and passwords that nobody uses are what a review of access must find; this analyzer lists them. It is asked of
# configurations that hold the baseline of an account. It costs money per role and user, so none is made up.
rule {
  title    = "IAM Access Analyzer reports unused access"
  severity = "medium"
  scope    = "estate"
  aliases = [
    "AVD-AWS-0144",
    "AVD-AWS-0166",
    "iam_user_console_access_unused",
    "iam_user_unused_credentials_90",
    "iam_custom_policy_unused",
  ]
  criteria = {
    "CC6.2" = "Access that is no longer used is found and removed."
    "CC6.3" = "Reviews of access know which rights are used."
  }
  locals {
    analyzers = [
      for analyzer in resources("aws_accessanalyzer_analyzer") : analyzer
      if contains(["ACCOUNT_UNUSED_ACCESS", "ORGANIZATION_UNUSED_ACCESS"], analyzer.type)
    ]
  }
  applies = account_baseline() == true
  # Without an age of its own the analyzer takes 90 days.
  require = anytrue([for analyzer in local.analyzers : (
    analyzer.configuration[0].unused_access[0].unused_access_age == null
    || analyzer.configuration[0].unused_access[0].unused_access_age <= 90
  )])
  message = "no Access Analyzer reports what is unused for 90 days"
  fix {
    title         = "Let ${local.analyzers[0].address} report what is unused for 90 days"
    on            = local.analyzers[0]
    applicability = "review"
    effect        = "replace"
    caution       = "A changed age may replace the analyzer and its findings."
  }
}
