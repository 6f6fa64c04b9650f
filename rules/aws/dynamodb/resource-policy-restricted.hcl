# A policy on the table opens it past the account of the caller. Only a person knows who needs access, so there is no fix.
rule {
  title    = "DynamoDB resource policy does not allow everyone"
  severity = "high"
  resource = ["aws_dynamodb_resource_policy"]
  aliases  = ["dynamodb_table_cross_account_access"]
  criteria = {
    "CC6.1" = "Tables are read and written by named identities only."
    "CC6.6" = "The table can't be reached from outside through its policy."
    "P6.1"  = "Personal data is not disclosed to strangers by a policy."
  }
  require = policy_allows_public(self.policy) == false
  message = "${self.address} lets everyone use the table"
}
