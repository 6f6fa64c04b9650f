//! Terraform's functions, one file for each family, each honest about unknowns.
