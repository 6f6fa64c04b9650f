# A copy that is not compared with its source may be incomplete without anyone's knowing. By default DataSync compares
# everything at the end.
rule {
  title    = "DataSync task verifies what it transferred"
  severity = "medium"
  resource = ["aws_datasync_task"]
  criteria = {
    "PI1.3" = "Transfers are checked to be complete and accurate."
    "PI1.5" = "Stored copies are the same as their sources."
  }
  require = self.options[0].verify_mode != "NONE"
  message = "${self.address} does not verify the data it transfers"
  fix {
    title         = "Let ${self.address} verify the files it transfers"
    applicability = "auto"
  }
}
