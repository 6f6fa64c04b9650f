# User data is readable by every process on the instance and by everyone with ec2:DescribeInstanceAttribute. The
# script has to fetch the secret instead, so there is no fix.
rule {
  title    = "EC2 user data holds no secrets"
  severity = "critical"
  resource = ["aws_instance", "aws_launch_configuration", "aws_launch_template"]
  aliases = [
    "CKV_AWS_46",
    "AVD-AWS-0029",
    "AVD-AWS-0129",
    "AVD-AWS-0122",
    "aws-autoscaling-no-secrets-in-user-data",
    "aws-autoscaling-no-sensitive-info",
    "aws-ec2-no-secrets-in-launch-template-user-data",
    "aws-ec2-no-secrets-in-user-data",
    "aws-ec2-no-sensitive-info",
    "ec2_instance_secrets_user_data",
    "ec2_launch_template_no_secrets",
    "autoscaling_find_secrets_ec2_launch_configuration",
  ]
  criteria = {
    "CC6.1" = "Credentials are kept in a store that checks who reads them."
    "C1.1"  = "Confidential values do not lie open in a start script."
  }
  locals {
    # Base64 of gzip starts with H4sI: it holds no readable text.
    encoded = self.user_data_base64 == null ? "" : self.user_data_base64
    given   = self.user_data == null ? "" : self.user_data
    plain   = length(regexall("[\\s:#{]", local.given)) == 0 && length(local.given) % 4 == 0
    text = join("\n", [
      local.plain && !startswith(local.given, "H4sI") ? base64decode(local.given) : local.given,
      startswith(local.encoded, "H4sI") ? "" : base64decode(local.encoded),
    ])
    assignments = regexall("([A-Za-z_][A-Za-z0-9_]*)[\"']?[ \\t]*[=:][ \\t]*[\"']?([^\\s\"']+)", local.text)
  }
  applies = self.user_data != null || self.user_data_base64 != null
  require = alltrue([for pair in local.assignments : looks_secret(pair[0], pair[1]) == false])
  message = "${self.address} has a secret in plain text in its user data"
}
