# Who does not know where personal data lies can't protect it. Macie looks for it in buckets. Asked where the
# configuration is an account's baseline with buckets in it.
rule {
  title    = "Amazon Macie looks for sensitive data"
  severity = "medium"
  scope    = "estate"
  aliases  = ["macie_is_enabled", "macie_automated_sensitive_data_discovery_enabled"]
  criteria = {
    "C1.1" = "Confidential data in buckets is identified."
    "P4.1" = "Personal data is found where it was not expected."
    "P8.1" = "Compliance with what was promised about data can be checked."
  }
  applies = account_baseline() == true && length(resources("aws_s3_bucket")) > length(resources("aws_cloudtrail"))
  require = anytrue([for account in resources("aws_macie2_account") : account.status != "PAUSED"])
  message = "nothing looks for sensitive data in buckets"
  fix {
    title         = "Turn on Amazon Macie"
    creates       = account_baseline() == true && length(resources("aws_macie2_account")) == 0
    applicability = "review"
    caution       = "Macie bills buckets and what it reads of them. Where the organization turned it on, import it instead."
  }
}
