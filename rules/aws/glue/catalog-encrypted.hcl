# The catalogue names every table and column, and its connections hold passwords; both are in clear text unless these
# settings say otherwise.
rule {
  title    = "Glue Data Catalog metadata and passwords are encrypted"
  severity = "high"
  resource = ["aws_glue_data_catalog_encryption_settings"]
  aliases = [
    "CKV_AWS_94",
    "glue_data_catalogs_metadata_encryption_enabled",
    "glue_data_catalogs_connection_passwords_encryption_enabled",
  ]
  criteria = {
    "CC6.1" = "Passwords of connections can be read only through a key."
    "C1.1"  = "Names and structure of confidential data are encrypted at rest."
  }
  require = alltrue([for settings in self.data_catalog_encryption_settings : (
    anytrue([for rest in settings.encryption_at_rest : (
      contains(["SSE-KMS", "SSE-KMS-WITH-SERVICE-ROLE"], rest.catalog_encryption_mode)
    )])
    && anytrue([for password in settings.connection_password_encryption : password.return_connection_password_encrypted == true])
  )])
  message = "${self.address} leaves the catalogue or its passwords in clear text"
  fix {
    title         = "Encrypt the catalogue with ${self.address}"
    applicability = "review"
    caution       = "Jobs and people that read the catalogue need the right to use its key."
  }
}
