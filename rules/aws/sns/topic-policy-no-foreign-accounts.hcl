# Who subscribes reads every message. Accounts of ours, and partners that were agreed on, stand in the setting `accounts`;
# where it says nothing, nobody can tell whose account a number is. A person has to decide about a partner, so there is
# no fix.
rule {
  title    = "SNS topic policy does not admit foreign accounts"
  severity = "medium"
  resource = ["aws_sns_topic_policy", "aws_sns_topic"]
  aliases  = ["CKV_AWS_385"]
  criteria = {
    "CC6.1" = "Messages are published and read by accounts of the organisation."
    "P6.1"  = "Personal data in messages reaches agreed parties only."
  }
  locals {
    foreign = [for principal in policy_accounts(self.policy) : anytrue([for condition in principal.conditions : (
      contains(["aws:principalorgid", "aws:principalorgpaths"], lower(condition.variable))
      && length(regexall("(?i)^(foranyvalue:)?string(equals|like|equalsignorecase)$", condition.test)) > 0
    )]) if principal.ours != true]
  }
  applies = self.policy != null
  require = alltrue([for bound in local.foreign : bound == true])
  message = "${self.address} lets another account use the topic; the policy should name accounts of the organisation or ask for aws:PrincipalOrgID"
}
