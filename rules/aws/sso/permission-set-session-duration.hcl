# A stolen session works until it ends, and access that was taken away does too. Eight hours are a day of work; for
# administrators four are enough. PT480M and PT8H are the same. The default of an hour passes.
rule {
  title    = "Identity Center sessions last at most 8 hours"
  severity = "low"
  resource = ["aws_ssoadmin_permission_set"]
  criteria = {
    "CC6.1" = "A session that was stolen ends within the day."
    "CC6.2" = "Who still may come in is asked again every day."
  }
  locals {
    parts   = self.session_duration == null ? [] : regexall("^PT(?:(\\d+)H)?(?:(\\d+)M)?(?:(\\d+)S)?$", self.session_duration)
    minutes = [for part in local.parts : coalesce(tonumber(part[0]), 0) * 60 + coalesce(tonumber(part[1]), 0) + coalesce(tonumber(part[2]), 0) / 60]
    admin = anytrue([for attached in referrers("aws_ssoadmin_managed_policy_attachment", "permission_set_arn") : (
      endswith(attached.managed_policy_arn, ":policy/AdministratorAccess")
      )]) || anytrue([for inline in referrers("aws_ssoadmin_permission_set_inline_policy", "permission_set_arn") : (
      policy_allows_all(inline.inline_policy) == true
    )])
  }
  require = alltrue([for length in local.minutes : length <= 240 || (length <= 480 && local.admin == false)])
  message = local.admin == true ? "${self.address} gives administrators sessions longer than 4 hours" : "${self.address} gives sessions longer than 8 hours"
  fix {
    title         = "Shorten the sessions of ${self.address}"
    applicability = "auto"
  }
}
