# An event that can't be delivered is dropped after a day of attempts. Log groups hardly ever refuse one and are not asked.
# The queue and its policy are a person's decision, so there is no fix.
rule {
  title    = "Event targets and schedules keep failed events"
  severity = "medium"
  resource = ["aws_cloudwatch_event_target", "aws_scheduler_schedule"]
  criteria = {
    "PI1.3" = "Events that can't be processed are kept instead of dropped."
    "CC7.2" = "Failed deliveries show as messages in a queue."
  }
  # Schedules have no rule, and their `arn` is their own.
  applies = self.rule == null || (
    length(referred("arn")) > 0
    ? !anytrue([for target in referred("arn") : length(regexall("aws_cloudwatch_log_group[.]", target.address)) > 0])
    : length(regexall("^arn:[^:]*:logs:", self.arn == null ? "" : self.arn)) == 0
  )
  require = (
    self.rule != null
    ? self.dead_letter_config[0].arn != null
    : self.target[0].dead_letter_config[0].arn != null
  )
  message = "${self.address} loses events that can't be delivered"
}
