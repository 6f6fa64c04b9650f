# S3 still answers on plain HTTP: only a Deny refuses it. An Allow that asks for TLS denies nothing. Website endpoints are
# HTTP only, so their buckets are not asked. A bucket has one policy: where there is one already, the statement belongs
# there, and a person has to add it.
rule {
  title    = "S3 bucket policy refuses requests without TLS"
  severity = "medium"
  resource = ["aws_s3_bucket"]
  aliases  = ["CKV_AWS_379", "s3_bucket_secure_transport_policy", "s3_bucket_enforces_ssl"]
  criteria = {
    "CC6.7" = "Objects travel encrypted, because the bucket refuses anything else."
    "CC6.1" = "Credentials and data of a request can't be read on the way."
  }
  locals {
    attached = referrers("aws_s3_bucket_policy", "bucket")
    policies = concat(
      [for policy in local.attached : policy.policy],
      [for policy in [self.policy] : policy if policy != null],
    )
    configured = length(local.policies) > 0
    websites   = referrers("aws_s3_bucket_website_configuration", "bucket")
    # Reads and writes of a text that no policy names: a Deny of both is for everything that matters.
    refusing = [for policy in local.policies : anytrue([for statement in policy_statements(policy) : (
      statement.effect == "Deny"
      && anytrue([for who in statement.principals : contains(["*", "AWS"], who.type) && contains(who.identifiers, "*")])
      && length(statement.conditions) == 1
      && anytrue([for condition in statement.conditions : (
        (lower(condition.variable) == "aws:securetransport"
          && length(regexall("(?i)^bool(ifexists)?$", condition.test)) > 0
          && contains([for value in condition.values : lower(value)], "false"))
        || (lower(condition.variable) == "s3:tlsversion"
          && length(regexall("(?i)^numericlessthan(ifexists)?$", condition.test)) > 0
          && alltrue([for value in condition.values : contains(["1.2", "1.3"], value)]))
      )])
      && anytrue([for action in statement.actions : contains(["*", "s3:*", "s3:Get*", "s3:GetObject*", "s3:GetObject"], action)])
      && anytrue([for action in statement.actions : contains(["*", "s3:*", "s3:Put*", "s3:PutObject*", "s3:PutObject"], action)])
    )])]
  }
  applies = length(self.website) == 0 && length(local.websites) == 0
  require = anytrue(local.refusing) || anytrue([for policy in local.policies : policy_denies_insecure_transport(policy) == true])
  message = local.configured == true ? "${self.address} accepts plain HTTP: no statement of its policy denies requests where aws:SecureTransport is false" : "${self.address} accepts plain HTTP: it needs a policy that denies requests where aws:SecureTransport is false"
  fix {
    title         = "Refuse requests to ${self.address} that come without TLS"
    applicability = "review"
    caution       = "Clients that use plain HTTP are refused. Where another tree or the console manages a policy of this bucket, Terraform overwrites it."
  }
}
