# Versions bring back objects that a mistake or an attacker overwrote or deleted. A suspended bucket keeps old versions
# only.
rule {
  title    = "S3 bucket keeps versions of its objects"
  severity = "medium"
  resource = ["aws_s3_bucket"]
  aliases = [
    "CKV_AWS_21",
    "AVD-AWS-0090",
    "aws-s3-enable-versioning",
    "s3_bucket_object_versioning",
    "s3_bucket_versioning_enabled",
  ]
  criteria = {
    "A1.2"  = "Deleted and overwritten objects can be recovered."
    "CC7.4" = "Objects destroyed in an incident can be restored from their versions."
    "PI1.5" = "Stored data is protected from being overwritten without trace."
  }
  locals {
    versioning = referrers("aws_s3_bucket_versioning", "bucket")[0]
  }
  # In turn: the resource of its own, the inline block of provider 3 and older, object lock, which implies versions.
  require = (
    local.versioning.versioning_configuration[0].status == "Enabled"
    || self.versioning[0].enabled == true
    || self.object_lock_enabled == true
    || self.object_lock_configuration[0].object_lock_enabled == "Enabled"
  )
  message = "${self.address} keeps no versions of its objects"
  fix {
    title         = "Keep versions of the objects in ${self.address}"
    applicability = "review"
    caution       = "Overwritten and deleted objects are kept and billed until a lifecycle rule expires them."
  }
}
