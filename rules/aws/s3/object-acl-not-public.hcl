# A single public object leaks data from a bucket that is private otherwise. The older resource type counts as well.
rule {
  title    = "S3 object managed in code is not public"
  severity = "high"
  resource = ["aws_s3_object", "aws_s3_object_copy", "aws_s3_bucket_object"]
  aliases  = ["s3_bucket_object_public"]
  criteria = {
    "CC6.1" = "Objects can be read only by those who are given access."
    "CC6.6" = "Nothing in the bucket can be read from outside the network boundary without credentials."
    "C1.1"  = "Confidential content is not published by mistake."
  }
  locals {
    open = ["public-read", "public-read-write", "authenticated-read"]
    acl  = contains(local.open, self.acl)
    grants = anytrue([for grant in self.grant : (
      length(regexall("/(AllUsers|AuthenticatedUsers)$", grant.uri == null ? "" : grant.uri)) > 0
    )])
  }
  require = !contains(local.open, self.acl) && local.grants == false
  message = "${self.address} can be read by everybody"
  fix {
    title         = "Make ${self.address} private"
    applicability = "review"
    caution       = "If the object is meant for the public, serve it through CloudFront instead: readers without credentials are refused."
  }
}
