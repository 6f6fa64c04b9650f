# Without it credentials and rows cross the network readable.
rule {
  title    = "Cloud SQL accepts encrypted connections only"
  severity = "high"
  resource = ["google_sql_database_instance"]
  aliases = [
    "CKV_GCP_6",
    "AVD-GCP-0015",
    "google-sql-encrypt-in-transit-data",
    "cloudsql_instance_ssl_connections",
  ]
  criteria = {
    "CC6.7" = "Data in transit to and from the database is encrypted."
    "CC6.1" = "Passwords are never sent in clear."
  }
  # require_ssl is the older spelling and counts where ssl_mode is absent.
  require = (
    self.settings[0].ip_configuration[0].ssl_mode == "ENCRYPTED_ONLY"
    || self.settings[0].ip_configuration[0].ssl_mode == "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"
    || self.settings[0].connector_enforcement == "REQUIRED"
    || (
      self.settings[0].ip_configuration[0].ssl_mode == null
      && self.settings[0].ip_configuration[0].require_ssl == true
    )
  )
  message = "${self.address} accepts unencrypted connections"
  fix {
    title         = "Require encrypted connections to ${self.address}"
    applicability = "review"
    caution       = "Clients that connect without TLS are refused."
  }
}
