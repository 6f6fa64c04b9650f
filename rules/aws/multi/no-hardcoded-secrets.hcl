# A secret in version control is disclosed to everyone who ever clones it. Reported are literals, also where they come from
# a local or a variable's default; what is plainly a placeholder is not. Functions, tasks and user data have rules of
# their own. The secret has to be changed and kept elsewhere, so there is no fix.
rule {
  title    = "Sensitive arguments are not written in code"
  severity = "critical"
  resource = [
    "aws_acm_certificate",
    "aws_amplify_app",
    "aws_api_gateway_stage",
    "aws_apprunner_service",
    "aws_batch_job_definition",
    "aws_cloudwatch_event_connection",
    "aws_codebuild_source_credential",
    "aws_db_instance",
    "aws_directory_service_directory",
    "aws_dms_endpoint",
    "aws_docdb_cluster",
    "aws_elasticache_replication_group",
    "aws_elasticache_user",
    "aws_elasticsearch_domain",
    "aws_fsx_windows_file_system",
    "aws_iam_server_certificate",
    "aws_lightsail_database",
    "aws_memorydb_user",
    "aws_mq_broker",
    "aws_opensearch_domain",
    "aws_rds_cluster",
    "aws_redshift_cluster",
    "aws_redshiftserverless_namespace",
    "aws_sagemaker_model",
    "aws_sagemaker_notebook_instance_lifecycle_configuration",
    "aws_secretsmanager_secret_version",
    "aws_ssm_document",
    "aws_ssm_parameter",
    "aws_transfer_host_key",
  ]
  aliases = [
    "amplify_app_no_secrets_in_environment",
    "batch_job_definition_no_secrets",
    "sagemaker_notebook_instance_no_secrets",
    "ssm_document_secrets",
    "apigateway_restapi_no_secrets_in_stage_variables",
  ]
  criteria = {
    "CC6.1" = "Credentials are kept in a store that checks who reads them."
    "C1.1"  = "Confidential values do not lie open in version control."
  }
  locals {
    # JSON without the spaces around its marks: a secret must not have any.
    stored    = self.secret_string == null ? null : replace(self.secret_string, "/\\s*([{}:,\\[\\]])\\s*/", "$1")
    pairs     = self.secret_string == null ? [] : regexall("\"([^\"\\\\]+)\":\"([^\"\\\\]*)\"", local.stored)
    json      = self.secret_string == null ? false : startswith(local.stored, "{")
    container = self.container_properties == null ? null : replace(self.container_properties, "/\\s/", "")
    entries   = self.container_properties == null ? [] : regexall("\"name\":\"([^\"\\\\]+)\",\"value\":\"([^\"\\\\]*)\"", local.container)
    apprunner = [for source in self.source_configuration : merge(
      { for name, value in source.image_repository[0].image_configuration[0].runtime_environment_variables : name => value },
      { for name, value in source.code_repository[0].code_configuration[0].code_configuration_values[0].runtime_environment_variables : name => value },
    )]
    # Base64, but not of gzip, which starts with H4sI and holds no readable text.
    texts = [for text in [self.on_start, self.on_create] : (
      length(regexall("^[A-Za-z0-9+/]+=*$", text)) > 0 && length(text) % 4 == 0 && !startswith(text, "H4sI")
    ) ? base64decode(text) : text if text != null]
    scripts = regexall("([A-Za-z_][A-Za-z0-9_]*)[\"']?[ \\t]*[=:][ \\t]*[\"']?([^\\s\"']+)", join("\n", local.texts))
    header  = self.auth_parameters[0]
    named   = length(regexall("(?i)passw|pwd|secret|token|key|credential|connection", self.name == null ? "" : self.name)) > 0
    # A value that is not known may be a literal; a reference is none.
    given = [
      self.access_token,
      self.admin_user_password,
      self.auth_token,
      self.container_properties,
      self.content,
      self.host_key_body,
      self.master_password,
      self.oauth_token,
      self.password,
      self.private_key,
      self.secret_binary,
      self.secret_string,
      self.token,
      local.directory.password,
      local.header.api_key[0].value,
      local.header.basic[0].password,
      local.header.oauth[0].client_parameters[0].client_secret,
      local.master.master_user_password,
    ]
    directory = self.self_managed_active_directory[0]
    master    = self.advanced_security_options[0].master_user_options[0]
  }
  require = (
    looks_secret("password", self.password) == false
    && looks_secret("password", self.master_password) == false
    && looks_secret("password", self.admin_user_password) == false
    && looks_secret("password", self.auth_token) == false
    && looks_secret("password", local.master.master_user_password) == false
    && looks_secret("password", local.directory.password) == false
    && looks_secret("token", self.token) == false
    && looks_secret("token", self.oauth_token) == false
    && looks_secret("token", self.access_token) == false
    && looks_secret("private_key", self.private_key) == false
    && looks_secret("private_key", self.host_key_body) == false
    && looks_secret("password", local.header.basic[0].password) == false
    && looks_secret("api_key", local.header.api_key[0].value) == false
    && looks_secret("client_secret", local.header.oauth[0].client_parameters[0].client_secret) == false
    && alltrue([for password in self.passwords : looks_secret("password", password) == false])
    && alltrue([for password in self.authentication_mode[0].passwords : looks_secret("password", password) == false])
    && alltrue([for user in self.user : looks_secret("password", user.password) == false])
    && looks_secret("secret", self.secret_binary) == false
    && (looks_secret("secret", local.stored) == false || (
      local.json == true && alltrue([for pair in local.pairs : looks_secret(pair[0], pair[1]) == false])
    ))
    # One of two texts, of which no other form can be made.
    && (looks_secret("secret", self.secret_string) == false || local.json == true)
    && (looks_secret("secret", self.value) == false || self.type != "SecureString")
    && (looks_secret("secret", self.value) == false || looks_secret(self.name, self.value) == false)
    && looks_secret("content", self.content) == false
    # Beside what is not known.
    && looks_secret("", self.secret_string) == false
    && looks_secret("", self.container_properties) == false
    && alltrue([for name, value in self.environment_variables : looks_secret(name, value) == false])
    && alltrue([for name, value in self.variables : looks_secret(name, value) == false])
    && alltrue([for container in concat(self.container, self.primary_container) : alltrue([
      for name, value in container.environment : looks_secret(name, value) == false
    ])])
    && alltrue([for variables in local.apprunner : alltrue([
      for name, value in variables : looks_secret(name, value) == false
    ])])
    && (looks_secret("secret", local.container) == false || alltrue([
      for pair in local.entries : looks_secret(pair[0], pair[1]) == false
    ]))
    && alltrue([for pair in local.scripts : looks_secret(pair[0], pair[1]) == false])
    && alltrue([for value in local.given : value == null || value != null])
    && (self.value == null || self.value != null || (self.type == "String" && local.named == false))
    && (looks_secret("secret", self.value) == false || self.name == null || self.name != null)
  )
  message = "${self.address} has a secret written in code"
}
