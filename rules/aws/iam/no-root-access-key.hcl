# Keys of the root user can't be limited by any policy, so their existence is an exception in every audit. Whatever uses the
# key stops working without it, so there is no fix.
rule {
  title    = "No access key is created for the root user"
  severity = "critical"
  resource = ["aws_iam_access_key"]
  aliases = [
    "CKV_AWS_348",
    "AVD-AWS-0141",
    "iam_no_root_access_key",
    "iam_root_user_no_access_keys",
    "aws-iam-no-root-access-keys",
  ]
  criteria = {
    "CC6.1" = "The identity that no policy limits has no key that could leak."
    "CC6.3" = "Nobody works with rights that can't be narrowed."
  }
  locals {
    users = referred("user")
  }
  # A user that is a resource is not the root user: nobody can make that one.
  require = length(local.users) > 0 || !contains(["root", "Root", "ROOT", "<root_account>"], self.user)
  message = "${self.address} is an access key for the root user"
}
