# Credentials of the system that data is copied from lie open in the code. A reference to a secret keeps them out of
# it; what a variable holds is judged where its value is known. Where the secret comes from is a person's decision, so
# there is no fix.
rule {
  title    = "DataSync location holds no literal credentials"
  severity = "high"
  resource = [
    "aws_datasync_location_object_storage",
    "aws_datasync_location_smb",
    "aws_datasync_location_fsx_windows_file_system",
    "aws_datasync_location_azure_blob",
  ]
  aliases = ["CKV_AWS_295"]
  criteria = {
    "CC6.1" = "Credentials are kept in a store that checks who reads them."
    "C1.1"  = "The way to confidential files does not lie open in code."
  }
  applies = self.secret_key != null || self.password != null || self.sas_configuration[0].token != null
  require = (
    looks_secret("secret_key", self.secret_key) == false
    && looks_secret("password", self.password) == false
    && alltrue([for sas in self.sas_configuration : looks_secret("token", sas.token) == false])
  )
  message = "${self.address} has its credentials in plain text"
}
