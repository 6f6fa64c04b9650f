# Prevention is the half of the control that holds when somebody later grants a role to everyone. The default,
# inherited, prevents nothing unless an organisation policy says so.
rule {
  title    = "Storage bucket enforces public access prevention"
  severity = "high"
  resource = ["google_storage_bucket"]
  aliases  = ["CKV_GCP_114"]
  criteria = {
    "CC6.1" = "Only authorised identities can reach stored objects."
    "CC6.6" = "Closes a path from the internet to internal data."
  }
  locals {
    policies = [for policy in resources("google_org_policy_policy") : (
      endswith(coalesce(policy.name, "-"), "/policies/storage.publicAccessPrevention") == true
      && policy.spec[0].rules[0].enforce == "TRUE"
    )]
  }
  require = self.public_access_prevention == "enforced" || contains(local.policies, true)
  message = "${self.address} can be made public"
  fix {
    title         = "Enforce public access prevention on ${self.address}"
    applicability = "review"
    caution       = "Objects served straight from this bucket to the public stop loading."
  }
}
