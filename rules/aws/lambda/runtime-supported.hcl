# A deprecated runtime gets no security patches any more. Names that the table does not know pass. The successor needs a
# test, so there is no fix.
rule {
  title    = "Lambda runtime is supported"
  severity = "high"
  resource = ["aws_lambda_function"]
  aliases  = ["CKV_AWS_363", "awslambda_function_using_supported_runtimes"]
  criteria = {
    "CC7.1" = "Functions run on a runtime that still receives security patches."
    "CC6.8" = "Known flaws of an old runtime can't be used to run foreign code."
  }
  dated {
    as_of  = "2026-07-31"
    source = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"
  }
  locals {
    deprecated = [
      "dotnet5.0",
      "dotnet6",
      "dotnet7",
      "dotnetcore1.0",
      "dotnetcore2.0",
      "dotnetcore2.1",
      "dotnetcore3.1",
      "go1.x",
      "java8",
      "nodejs",
      "nodejs4.3",
      "nodejs4.3-edge",
      "nodejs6.10",
      "nodejs8.10",
      "nodejs10.x",
      "nodejs12.x",
      "nodejs14.x",
      "nodejs16.x",
      "nodejs18.x",
      "nodejs20.x",
      "provided",
      "python2.7",
      "python3.6",
      "python3.7",
      "python3.8",
      "python3.9",
      "ruby2.5",
      "ruby2.7",
      "ruby3.2",
    ]
  }
  # A container image brings its own runtime.
  applies = self.package_type != "Image" && self.runtime != null
  require = !contains(local.deprecated, self.runtime)
  message = "${self.address} runs on a runtime that AWS no longer patches"
}
