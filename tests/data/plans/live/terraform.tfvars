master_password = "Zx9-plan-password"
encrypt         = false
