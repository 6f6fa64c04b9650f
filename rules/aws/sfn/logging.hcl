# Express executions leave no other record than the log, and the history of standard ones is gone after 90 days.
# Contents of executions need not be logged.
rule {
  title    = "Step Functions log their executions"
  severity = "medium"
  resource = ["aws_sfn_state_machine"]
  aliases  = ["CKV_AWS_285", "stepfunctions_statemachine_logging_enabled"]
  criteria = {
    "PI1.3" = "What happened to an input can be traced."
    "CC7.2" = "Failures leave a record."
    "A1.1"  = "Failures in numbers can be seen."
  }
  require = anytrue([for logging in self.logging_configuration : (
    contains(["ALL", "ERROR", "FATAL"], logging.level) && logging.log_destination != null
  )])
  message = "${self.address} keeps no log of its executions"
}
