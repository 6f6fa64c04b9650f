# The tag that is deployed must always mean the image that was reviewed. Tags that are meant to move, such as latest,
# may be excluded; a filter for release tags would undo the protection.
rule {
  title    = "ECR image tags are immutable"
  severity = "high"
  resource = ["aws_ecr_repository", "aws_ecr_repository_creation_template"]
  aliases = [
    "CKV_AWS_51",
    "AVD-AWS-0031",
    "aws-ecr-enforce-immutable-repository",
    "ecr_repositories_tag_immutability",
  ]
  criteria = {
    "CC8.1" = "What runs is the image that was approved."
    "CC6.8" = "Nobody can put other code under a tag that is trusted."
  }
  locals {
    moving = "^(latest|edge|nightly|canary|snapshot|dev|develop|main|master|trunk|branch|pr|preview|test|tmp|cache|buildcache)\\b"
  }
  require = self.image_tag_mutability == "IMMUTABLE" || (
    self.image_tag_mutability == "IMMUTABLE_WITH_EXCLUSION"
    && alltrue([for exclusion in self.image_tag_mutability_exclusion_filter : (
      length(regexall(local.moving, exclusion.filter)) > 0
    )])
  )
  message = "${self.address} lets a tag be moved to another image"
  fix {
    title         = "Make the tags of ${self.address} immutable"
    applicability = "review"
    caution       = "Pipelines that push a tag again, such as latest, fail from then on, and a pull-through cache no longer follows tags that move upstream."
  }
}
