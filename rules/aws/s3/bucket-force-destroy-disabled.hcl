# With force_destroy, `terraform destroy` deletes every object and version without a question. A bucket that is tagged as
# one of a development or test environment is not asked.
rule {
  title    = "S3 bucket can't be destroyed together with its data"
  severity = "medium"
  resource = ["aws_s3_bucket"]
  criteria = {
    "A1.2" = "Data survives a mistaken destroy, so there is something to recover."
    "C1.2" = "Data is disposed of on purpose, never as a side effect."
  }
  locals {
    defaults = [for block in provider_blocks("aws") : block.default_tags[0].tags if block.default_tags[0].tags != null]
    ephemeral = anytrue([for tags in concat(local.defaults, [self.tags]) : anytrue([for key, value in tags : (
      contains(["env", "environment"], lower(key))
      && contains(["dev", "development", "test", "sandbox", "preview", "ci"], lower(value))
    )])])
  }
  applies = self.force_destroy != true || local.ephemeral != true
  require = self.force_destroy != true
  message = "${self.address} loses all its objects when it is destroyed; force_destroy should be false"
  fix {
    title         = "Keep ${self.address} from being destroyed with its data"
    applicability = "auto"
  }
}
