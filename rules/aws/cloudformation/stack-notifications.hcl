# A stack that changes outside Terraform does so silently unless it tells a topic, or a rule listens for
# CloudFormation's events.
rule {
  title    = "CloudFormation stacks notify about changes"
  severity = "low"
  resource = ["aws_cloudformation_stack"]
  aliases  = ["CKV_AWS_124"]
  criteria = {
    "CC8.1" = "Changes to stacks are announced to those who approve changes."
    "CC2.1" = "People get word of what changed."
  }
  locals {
    listened = [for rule in resources("aws_cloudwatch_event_rule") : strcontains(rule.event_pattern, "aws.cloudformation")]
  }
  require = length(self.notification_arns) > 0 || anytrue(local.listened)
  message = "${self.address} changes without telling anybody"
  fix {
    title         = "Let ${self.address} tell the alert topic"
    applicability = "review"
    caution       = "Every event of the stack is sent, also what goes well. The topic is named by its ARN."
  }
}
