# A pinned platform version gets no newer kernel and runtime. Where the code says nothing Fargate uses the latest.
rule {
  title    = "Fargate service uses the latest platform version"
  severity = "low"
  resource = ["aws_ecs_service"]
  aliases  = ["CKV_AWS_332", "ecs_service_fargate_latest_platform_version"]
  criteria = {
    "CC7.1" = "Known weaknesses of the platform are patched without a change of code."
  }
  applies = self.launch_type == "FARGATE" || anytrue([for strategy in self.capacity_provider_strategy : (
    contains(["FARGATE", "FARGATE_SPOT"], strategy.capacity_provider)
  )])
  require = self.platform_version == null || self.platform_version == "LATEST"
  message = "${self.address} is pinned to a platform version"
  fix {
    title         = "Let ${self.address} follow the latest platform version"
    applicability = "review"
    caution       = "ECS deploys the service anew. Coming from 1.3.0, tasks in private subnets need a way to ECR, Secrets Manager and the logs of their own."
  }
}
