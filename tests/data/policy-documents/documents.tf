# What the AWS provider makes of these stands in recorded.json: `terraform plan` with outputs
# jsondecode(data.aws_iam_policy_document.NAME.json), then `terraform show -json`.
data "aws_iam_policy_document" "base" {
  statement {
    sid       = "one"
    actions   = ["s3:*", "ec2:*"]
    resources = ["*"]
  }
  statement {
    actions   = ["b", "a", "a"]
    resources = ["arn:aws:s3:::&{aws:username}/*"]
    principals {
      type        = "AWS"
      identifiers = ["b", "a"]
    }
    principals {
      type        = "AWS"
      identifiers = ["c"]
    }
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:x"
      values   = ["&{aws:y}"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:x"
      values   = ["2"]
    }
  }
  statement {
    not_principals {
      type        = "*"
      identifiers = ["*"]
    }
    not_actions   = ["x"]
    not_resources = ["y", "z"]
    effect        = "Deny"
  }
}
data "aws_iam_policy_document" "own_over_source" {
  source_policy_documents = [data.aws_iam_policy_document.base.json, "{\"Statement\":[{\"Sid\":\"two\",\"Effect\":\"Allow\",\"Action\":[\"z\"],\"Resource\":\"*\"}]}"]
  statement {
    sid       = "one"
    actions   = ["s3:Get"]
    resources = ["r"]
  }
  statement {
    actions = ["n"]
  }
}
data "aws_iam_policy_document" "override" {
  override_policy_documents = [data.aws_iam_policy_document.base.json, "{\"Version\":\"2008-10-17\",\"Id\":\"i\",\"Statement\":[{\"Sid\":\"one\",\"Effect\":\"Deny\",\"Action\":[\"z\"],\"Resource\":\"*\"}]}"]
  policy_id                 = "mine"
  statement {
    sid       = "one"
    actions   = ["s3:Get"]
    resources = ["r"]
  }
}
data "aws_iam_policy_document" "empty" {
}
data "aws_iam_policy_document" "anon_type" {
  statement {
    actions   = ["a"]
    resources = ["*"]
    principals {
      type        = "*"
      identifiers = ["*", "b"]
    }
  }
}
