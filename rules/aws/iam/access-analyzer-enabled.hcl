# The analyzer finds, all the time and free of charge, what is shared outside the account. It is asked of configurations
# that hold the baseline of an account.
rule {
  title    = "IAM Access Analyzer looks for external access"
  severity = "medium"
  scope    = "estate"
  aliases  = ["AVD-AWS-0175", "accessanalyzer_enabled"]
  criteria = {
    "CC6.3" = "Reviews of access see what outsiders can reach."
    "CC4.1" = "External access is evaluated all the time."
    "CC6.1" = "Resources shared by mistake are found."
  }
  applies = account_baseline() == true
  require = anytrue([for analyzer in resources("aws_accessanalyzer_analyzer") : (
    analyzer.type == null || analyzer.type == "ACCOUNT" || analyzer.type == "ORGANIZATION"
  )])
  message = "no Access Analyzer looks for external access"
  fix {
    title         = "Let IAM Access Analyzer look for external access"
    creates       = account_baseline()
    applicability = "review"
    caution       = "The analyzer is free, and holds for one region. Where the organization has one already, say baseline = false."
  }
}
