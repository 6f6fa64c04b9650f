# Desktops hold what people downloaded. Both volumes are unencrypted unless the code says otherwise.
rule {
  title    = "WorkSpaces volumes are encrypted"
  severity = "high"
  resource = ["aws_workspaces_workspace"]
  aliases = [
    "CKV_AWS_155",
    "CKV_AWS_156",
    "AVD-AWS-0109",
    "aws-workspaces-enable-disk-encryption",
    "workspaces_volume_encryption_enabled",
  ]
  criteria = {
    "CC6.1" = "The desktop's volumes can be read only through their key."
    "C1.1"  = "Confidential files on desktops are encrypted at rest."
  }
  require = self.root_volume_encryption_enabled == true && self.user_volume_encryption_enabled == true
  message = "${self.address} has unencrypted volumes"
  fix {
    title         = "Encrypt the volumes of ${self.address}"
    applicability = "review"
    effect        = "destroys-data"
    caution       = "Terraform replaces the desktop by a new one: files on it are lost unless they are moved first. Without volume_encryption_key the key of the service is used."
  }
}
