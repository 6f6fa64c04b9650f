# A trail of each account can be switched off in that account. One trail of the organisation records them all, and
# members can't touch it.
rule {
  title    = "Organisations use an organisation trail"
  severity = "high"
  scope    = "estate"
  criteria = {
    "CC7.2" = "Events of every account are recorded."
    "CC2.1" = "One record covers the whole organisation."
  }
  locals {
    trails    = resources("aws_cloudtrail")
    candidate = [for trail in local.trails : trail if trail.is_multi_region_trail == true][0]
    covering  = [for trail in local.trails : trail.is_organization_trail == true && trail.is_multi_region_trail == true]
  }
  applies = (
    length(resources("aws_organizations_organization")) > 0
    && (setting.external_trail == null || setting.external_trail == false)
  )
  require = anytrue(local.covering) || length(resources("aws_controltower_landing_zone")) > 0
  message = "no CloudTrail trail covers the whole organisation"
  fix {
    title         = "Let ${local.candidate.address} record the whole organisation"
    on            = local.candidate
    applicability = "review"
    caution       = "Works in the management account or its delegate only. The bucket's policy has to let the organisation's accounts write."
  }
}
