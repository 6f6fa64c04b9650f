# A public project shows its build logs and artifacts to everyone on the internet.
rule {
  title    = "CodeBuild project is not public"
  severity = "high"
  resource = ["aws_codebuild_project"]
  aliases  = ["codebuild_project_not_publicly_accessible"]
  criteria = {
    "CC6.1" = "Build results are shown to known identities only."
    "C1.1"  = "Confidential output of builds is not published."
  }
  require = self.project_visibility == null || self.project_visibility == "PRIVATE"
  message = "${self.address} shows its builds to everyone"
  fix {
    title         = "Make ${self.address} private"
    applicability = "review"
    caution       = "Contributors of an open-source project can no longer read its builds."
  }
}
