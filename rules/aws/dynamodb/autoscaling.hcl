# Fixed capacity refuses requests under load. A table scales on demand, or by targets for both reading and writing.
# The lock table of a Terraform backend, whose only key is LockID, has no load.
rule {
  title    = "DynamoDB table scales with demand"
  severity = "medium"
  resource = ["aws_dynamodb_table"]
  aliases  = ["CKV2_AWS_16", "dynamodb_table_autoscaling_enabled"]
  criteria = {
    "A1.1" = "Capacity follows the load."
  }
  locals {
    targets = concat(
      [for target in referrers("aws_appautoscaling_target", "resource_id") : target.scalable_dimension],
      [for target in resources("aws_appautoscaling_target") : target.scalable_dimension if target.resource_id == "table/${self.name}"],
    )
  }
  applies = self.hash_key == null || self.hash_key != "LockID"
  require = (
    self.billing_mode == "PAY_PER_REQUEST"
    || (
      contains(local.targets, "dynamodb:table:ReadCapacityUnits")
      && contains(local.targets, "dynamodb:table:WriteCapacityUnits")
    )
  )
  message = "${self.address} has a fixed capacity"
  fix {
    title         = "Let ${self.address} scale on demand"
    applicability = "review"
    caution       = "Requests are paid one by one instead of by capacity, and the mode can be changed only a few times a day."
  }
}
