# Without IAM a service answers everything in every network that it is shared with. A policy that lets everybody in is
# no better, unless it asks for an identity or an organisation.
rule {
  title    = "VPC Lattice services require IAM authentication"
  severity = "high"
  resource = ["aws_vpclattice_service", "aws_vpclattice_service_network"]
  criteria = {
    "CC6.1" = "Calls are tied to an identity."
    "CC6.6" = "Other networks can't use the service without credentials."
  }
  locals {
    networks = anytrue([for network in resources("aws_vpclattice_service_network") : network.auth_type == "AWS_IAM"])
    joined   = length(referrers("aws_vpclattice_service_network_service_association", "service_identifier")) > 0
    policies = referrers("aws_vpclattice_auth_policy", "resource_identifier")
  }
  require = (
    (self.auth_type == "AWS_IAM" || (local.joined == true && local.networks == true))
    && alltrue([for policy in local.policies : (
      policy_allows_public(policy.policy) == false
      || anytrue([for statement in policy_statements(policy.policy) : anytrue([
        for condition in statement.conditions : lower(condition.variable) == "aws:principaltype"
      ])])
    )])
  )
  message = "${self.address} answers without authentication"
}
