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
  # A reference is set for sure. Of a variable without a value nobody knows that, and nothing is said.
  require = (
    looks_secret("secret_key", self.secret_key) == false && (self.secret_key == null || self.secret_key != null)
    && looks_secret("password", self.password) == false && (self.password == null || self.password != null)
    && alltrue([for sas in self.sas_configuration : (
      looks_secret("token", sas.token) == false && (sas.token == null || sas.token != null)
    )])
  )
  message = "${self.address} has its credentials in plain text"
}
