# Whoever may get a parameter of type String reads it in clear text, and so does whoever reads the state. Only names that
# end like a secret's are asked: most parameters are none.
rule {
  title    = "Secret parameter is a SecureString"
  severity = "high"
  resource = ["aws_ssm_parameter"]
  aliases  = ["CKV2_AWS_34"]
  criteria = {
    "CC6.1" = "Secrets can be read only with permission to use their key."
    "C1.1"  = "Confidential values are encrypted where they are stored."
  }
  locals {
    plain = self.insecure_value == null
    words = [
      "password", "passwd", "passphrase", "pwd", "secret", "token", "api_key", "api-key", "apikey",
      "private_key", "private-key", "privatekey", "credential", "credentials", "connection_string",
      "connection-string", "connectionstring", "conn_string", "conn-string", "connstring",
    ]
  }
  applies = self.type == "SecureString" || anytrue([for word in local.words : endswith(lower(self.name), word)])
  require = self.type == "SecureString"
  message = "${self.address} keeps a secret in clear text"
  fix {
    title         = "Encrypt ${self.address}"
    applicability = "review"
    caution       = "Readers have to ask for decryption and need permission for the key. Earlier versions stay readable in the parameter's history: change the secret as well."
  }
}
