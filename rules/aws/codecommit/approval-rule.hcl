# Without an approval rule anybody who may push may also merge what they wrote. Two approvals are the usual measure; a
# small team may set min_approvals to one.
rule {
  title    = "CodeCommit repositories require two approvals"
  severity = "high"
  resource = ["aws_codecommit_repository", "aws_codecommit_approval_rule_template"]
  aliases  = ["CKV2_AWS_37", "CKV_AWS_257"]
  criteria = {
    "CC8.1" = "Changes are approved by somebody else before they are merged."
  }
  locals {
    needed = [for found in regexall("\"NumberOfApprovalsNeeded\"\\s*:\\s*\"?([0-9]+)", self.content == null ? "" : self.content) : tonumber(found[0])]
  }
  # In turn: a template by its number, a repository by its link to a template.
  require = (
    self.content != null
    ? anytrue([for number in local.needed : number >= coalesce(setting.min_approvals, 2)])
    : length(referrers("aws_codecommit_approval_rule_template_association", "repository_name")) > 0
  )
  message = "${self.address} lets changes in without enough approvals"
}
