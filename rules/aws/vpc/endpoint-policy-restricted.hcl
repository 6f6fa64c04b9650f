# An endpoint with the full-access policy carries data to buckets of any account: a way out that no firewall sees.
rule {
  title    = "VPC endpoints do not use the full-access policy"
  severity = "medium"
  resource = ["aws_vpc_endpoint", "aws_vpc_endpoint_policy"]
  aliases  = ["vpc_endpoint_connections_trust_boundaries"]
  criteria = {
    "CC6.6" = "Data can't leave through the endpoint to foreign accounts."
    "C1.1"  = "Confidential data stays within the organisation's resources."
    "CC6.1" = "The endpoint serves named identities or resources."
  }
  locals {
    services = [
      "s3", "dynamodb", "kms", "secretsmanager", "sqs", "sns", "sts", "ecr.api", "ecr.dkr", "ssm", "kinesis-streams",
    ]
    texts = concat(
      [for text in [self.policy] : text if text != null],
      [for attached in referrers("aws_vpc_endpoint_policy", "vpc_endpoint_id") : attached.policy],
    )
    limits = "^aws:(principalorgid|principalorgpaths|principalaccount|resourceorgid|resourceorgpaths|resourceaccount|principalarn)$"
  }
  applies = anytrue([for service in local.services : endswith(self.service_name, ".${service}")])
  require = length(local.texts) > 0 && alltrue([for text in local.texts : alltrue([for statement in policy_statements(text) : (
    statement.effect != "Allow"
    || anytrue([for condition in statement.conditions : length(regexall(local.limits, lower(condition.variable))) > 0])
    || (length(statement.principals) > 0 && alltrue([for principal in statement.principals : contains(principal.identifiers, "*") == false]))
    || (length(statement.resources) > 0 && contains(statement.resources, "*") == false)
  )])])
  message = "${self.address} lets everything through to every account"
}
