# An account that is added later should be watched from its first day. NEW covers those, ALL also the ones that are
# there.
rule {
  title    = "GuardDuty enables new accounts automatically"
  severity = "medium"
  resource = ["aws_guardduty_organization_configuration"]
  aliases = [
    "CKV2_AWS_3",
    "guardduty_is_enabled",
    "guardduty_delegated_admin_enabled_all_regions",
    "guardduty_enabled",
  ]
  criteria = {
    "CC7.2" = "Every account is watched."
    "CC6.8" = "No account is without detection of malicious activity."
  }
  # Before provider 6 there was a switch, which meant NEW.
  require = contains(["ALL", "NEW"], self.auto_enable_organization_members) || self.auto_enable == true
  message = "${self.address} leaves new accounts without GuardDuty"
  fix {
    title         = "Let ${self.address} watch all accounts"
    applicability = "review"
    caution       = "GuardDuty bills every account that it watches."
  }
}
