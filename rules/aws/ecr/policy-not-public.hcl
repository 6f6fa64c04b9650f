# Images hold code and configuration. A policy of the repository or of the whole registry must name who pulls; only a person
# knows the accounts, so there is no fix. Public ECR repositories are another type and not asked.
rule {
  title    = "ECR policy does not allow everyone"
  severity = "high"
  resource = ["aws_ecr_repository_policy", "aws_ecr_registry_policy"]
  aliases  = ["CKV_AWS_32", "AVD-AWS-0032", "ecr_repositories_not_publicly_accessible", "aws-ecr-no-public-access"]
  criteria = {
    "CC6.1" = "Images are pulled and pushed by named identities only."
    "CC6.6" = "Private images can't be reached from outside through a policy."
  }
  require = policy_allows_public(self.policy) == false
  message = "${self.address} lets everyone use the images"
}
