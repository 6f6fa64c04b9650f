# Runs that fail or process only part of their input must be visible. Spark jobs of Glue 5.0 and newer log as they run,
# and so do Python shell jobs; the others only if the code asks for it.
rule {
  title    = "Glue job logs while it runs"
  severity = "medium"
  resource = ["aws_glue_job"]
  aliases  = ["glue_etl_jobs_logging_enabled"]
  criteria = {
    "PI1.3" = "Errors and gaps in processing are recorded."
    "CC7.2" = "Failing jobs can be watched."
  }
  applies = self.command[0].name == null || self.command[0].name == "glueetl" || self.command[0].name == "gluestreaming"
  require = (
    lower(self.default_arguments["--enable-continuous-cloudwatch-log"]) == "true"
    || lower(self.non_overridable_arguments["--enable-continuous-cloudwatch-log"]) == "true"
    || tonumber(self.glue_version) >= 5
  )
  message = "${self.address} does not log while it runs"
  fix {
    title         = "Let ${self.address} log while it runs"
    applicability = "auto"
  }
}
