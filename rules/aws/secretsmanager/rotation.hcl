# A leaked secret works until it is changed. Asked of secrets whose rotation is too slow, and in trees that rotate some
# already, of those that let somebody into a database: by their name, or because a proxy uses them. A key of somebody else's
# service can't be changed by a function. The function that changes the secret has to know its target, so there is no fix.
rule {
  title    = "Secret rotates at least every 90 days"
  severity = "medium"
  resource = ["aws_secretsmanager_secret"]
  aliases = [
    "CKV2_AWS_57",
    "CKV_AWS_304",
    "secretsmanager_automatic_rotation_enabled",
    "secretsmanager_secret_rotated_periodically",
    "secretsmanager_secret_automatic_rotation_enabled",
    "secretsmanager_secret_rotated_as_scheduled",
  ]
  criteria = {
    "CC6.1" = "A secret that leaked stops working after a set time."
    "CC6.2" = "Credentials are renewed as long as they are in use."
  }
  locals {
    rotations = referrers("aws_secretsmanager_secret_rotation", "secret_id")
    rules = concat(
      flatten([for rotation in local.rotations : [for rule in rotation.rotation_rules : rule]]),
      [for rule in self.rotation_rules : rule],
    )
    every = [for rule in local.rules : {
      days = rule.automatically_after_days
      rate = rule.schedule_expression == null ? [] : regexall("^rate\\((\\d+) (hour|day)s?\\)$", rule.schedule_expression)
      # Every field from the day on: a month that is named, or a step over more than three of them, is too seldom.
      often = rule.schedule_expression == null ? false : (
        startswith(rule.schedule_expression, "cron(") && length(regexall("^cron\\(\\S+ \\S+ \\S+ (\\*|\\*/[123]|1/[123]|[^ ]*,[^ ]*,[^ ]*,[^ ]*) \\S+ \\S+\\)$", rule.schedule_expression)) > 0
      )
    }]
    name     = self.name != null ? self.name : self.name_prefix != null ? self.name_prefix : ""
    engines  = "(?i)(^|[^a-z])(db|database|rds|aurora|postgres|postgresql|mysql|mariadb|mssql|redshift|docdb|documentdb)([^a-z]|$)"
    database = length(regexall(local.engines, local.name)) > 0 || length(referrers("aws_db_proxy", "auth.secret_arn")) > 0
  }
  applies = (
    length(local.rules) > 0
    || (
      local.database == true
      && (
        length(resources("aws_secretsmanager_secret_rotation")) > 0
        || anytrue([for secret in resources("aws_secretsmanager_secret") : secret.rotation_lambda_arn != null])
      )
    )
  )
  require = anytrue([for rule in local.every : (
    rule.days <= 90
    || rule.often == true
    || anytrue([for rate in rule.rate : rate[1] == "hour" || tonumber(rate[0]) <= 90])
  )])
  message = length(local.rules) == 0 ? "${self.address} is never rotated, though other secrets are; the database's password should change at least every 90 days" : "${self.address} is rotated less than every 90 days"
}
