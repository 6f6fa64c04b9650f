# Without authentication the function is on the internet, and no gateway stands before it. Webhooks that check signatures
# in code are the usual exception.
rule {
  title    = "Lambda function URL requires IAM authentication"
  severity = "high"
  resource = ["aws_lambda_function_url"]
  aliases  = ["CKV_AWS_258", "awslambda_function_url_public"]
  criteria = {
    "CC6.1" = "Only callers with an identity reach the function."
    "CC6.6" = "The function can't be called from the internet by everyone."
  }
  require = self.authorization_type == "AWS_IAM"
  message = "${self.address} lets everyone on the internet call the function"
  fix {
    title         = "Require IAM authentication for ${self.address}"
    applicability = "review"
    caution       = "Callers who do not sign their requests are refused."
  }
}
