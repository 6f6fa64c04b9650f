# Notebooks read training data, and a direct way to the internet is a way out for it. It is open unless the code closes
# it, which takes a subnet.
rule {
  title    = "SageMaker notebook has no direct internet access"
  severity = "high"
  resource = ["aws_sagemaker_notebook_instance"]
  aliases = [
    "CKV_AWS_122",
    "sagemaker_notebook_instance_without_direct_internet_access_configured",
    "sagemaker_notebook_instance_direct_internet_access_disabled",
  ]
  criteria = {
    "CC6.6" = "Traffic of the notebook leaves through the boundary of the network only."
    "CC6.1" = "Training data can't be sent anywhere past the network's controls."
  }
  locals {
    placed = self.subnet_id != null
  }
  require = self.direct_internet_access == "Disabled"
  message = "${self.address} has direct access to the internet"
  fix {
    title         = "Take direct internet access from ${self.address}"
    applicability = "review"
    effect        = "destroys-data"
    caution       = "Terraform replaces the notebook, and what is stored on it is lost. Packages come through the VPC from then on: it needs a NAT gateway or endpoints."
  }
}
