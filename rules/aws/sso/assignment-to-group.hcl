# Membership of a group follows the directory, so somebody who leaves or moves loses access without a change of code. The
# group is a person's decision, so there is no fix. Users for emergencies stand in the setting `break_glass_users`.
rule {
  title    = "Identity Center assignment goes to a group, not to a person"
  severity = "low"
  resource = ["aws_ssoadmin_account_assignment"]
  criteria = {
    "CC6.2" = "Access is given with membership of a group, which the directory decides."
    "CC6.3" = "Who leaves the group loses access at once."
    "CC1.3" = "Rights belong to a duty, not to a name."
  }
  applies = contains(setting.break_glass_users, self.principal_id) != true
  require = self.principal_type == "GROUP"
  message = "${self.address} gives access to one person; it should go to a group"
}
