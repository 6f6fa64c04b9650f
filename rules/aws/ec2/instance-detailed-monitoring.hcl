# With one metric every five minutes alarms and scaling react late. Launch configurations ask for one a minute by
# themselves, and a change replaces them, so they get no fix. An instance that takes a launch template follows it where
# it says nothing itself.
rule {
  title    = "EC2 instance is monitored every minute"
  severity = "low"
  resource = ["aws_instance", "aws_launch_template", "aws_launch_configuration"]
  aliases  = ["CKV_AWS_126", "ec2_instance_detailed_monitoring_enabled"]
  criteria = {
    "CC7.2" = "Unusual load is seen within minutes."
    "A1.1"  = "Capacity follows demand in time."
  }
  locals {
    configuration = strcontains(self.address, "aws_launch_configuration.${self.label}")
  }
  applies = !(self.monitoring == null && length(self.launch_template) > 0)
  # In turn: the launch configuration, the instance, the launch template.
  require = (
    local.configuration == true
    ? self.enable_monitoring != false
    : self.monitoring == true || self.monitoring[0].enabled == true
  )
  message = "${self.address} is monitored every five minutes only"
  fix {
    title         = "Monitor ${self.address} every minute"
    applicability = "review"
    caution       = "CloudWatch bills the metrics of each instance."
  }
}
