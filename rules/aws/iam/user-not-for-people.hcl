# Central identities make registration, review and removal of access provable. Users of machines are not asked, and those
# for emergencies can be named in the setting `break_glass_users`. The move needs a person, so there is no fix.
rule {
  title    = "People use single sign-on instead of IAM users"
  severity = "low"
  resource = ["aws_iam_user"]
  aliases  = ["CKV_AWS_273"]
  criteria = {
    "CC6.2" = "People are registered and removed at one place."
    "CC6.1" = "People sign in with central identities."
  }
  require = (
    length(referrers("aws_iam_user_login_profile", "user")) + length(referrers("aws_iam_user_ssh_key", "username")) == 0
    || contains(setting.break_glass_users, self.name)
  )
  message = "${self.address} is a local user for a person"
}
