//! A fix writes only what the provider that a tree is held to knows.

mod scratch;

use scratch::Dir;

const BUCKET: &str = r#"resource "aws_s3_bucket" "data" {
  bucket = "example-data"
}
"#;
const RULE: [&str; 3] = ["check", "--rule", "aws/s3/bucket-versioning"];
const TOO_NEW: &str = "aws_s3_bucket_versioning came with version 3.75.0 of the aws provider";

fn lock(provider: &str, version: &str) -> String {
    format!(
        "provider \"registry.terraform.io/hashicorp/{provider}\" {{\n  version     = \"{version}\"\n  constraints = \">= 3.0.0\"\n}}\n"
    )
}

fn required(provider: &str, version: &str) -> String {
    format!(
        "terraform {{\n  required_providers {{\n    {provider} = {{\n      source  = \"hashicorp/{provider}\"\n      version = \"{version}\"\n    }}\n  }}\n}}\n"
    )
}

/// Reports as one text of plain words: lines are wrapped.
fn said(dir: &Dir, arguments: &[&str]) -> String {
    dir.run(arguments).all().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether the fix is offered for a bucket beside these files; if not, the report must say why.
#[track_caller]
fn offered(name: &str, files: &[(&str, &str)], because: &str) -> bool {
    let dir = Dir::new(name);
    dir.write("main.tf", BUCKET);
    for (path, text) in files {
        dir.write(path, text);
    }
    let out = said(&dir, &RULE);
    let refused = out.contains(TOO_NEW);
    assert!(!refused || out.contains(because), "{out}");
    assert!(refused != out.contains("status = \"Enabled\""), "{out}");
    !refused
}

#[test]
fn the_lock_decides() {
    let held = |version: &str| lock("aws", version);
    let at = "this tree asks for 3.74.3 in .terraform.lock.hcl";
    assert!(!offered("lock-old", &[(".terraform.lock.hcl", &held("3.74.3"))], at));
    assert!(offered("lock-first", &[(".terraform.lock.hcl", &held("3.75.0"))], ""));
    assert!(offered("lock-new", &[(".terraform.lock.hcl", &held("6.2.0"))], ""));
    let both = [(".terraform.lock.hcl", &*held("3.74.3")), ("versions.tf", &*required("aws", ">= 3.0"))];
    assert!(!offered("lock-and-open", &both, at));
    let newer = [(".terraform.lock.hcl", &*held("5.0.0")), ("versions.tf", &*required("aws", "3.74.0"))];
    assert!(offered("lock-and-old", &newer, ""));
    let other = lock("awscc", "0.1.0");
    assert!(offered("lock-other", &[(".terraform.lock.hcl", &other)], ""));
}

#[test]
fn without_a_lock_the_constraints_do() {
    let said = |version: &str| required("aws", version);
    assert!(!offered(
        "held-minor",
        &[("versions.tf", &said("~> 3.50.0"))],
        "asks for ~> 3.50.0 in versions.tf"
    ));
    assert!(!offered("held-below", &[("versions.tf", &said(">= 2.7, < 3.75.0"))], "in versions.tf"));
    assert!(offered("held-major", &[("versions.tf", &said("~> 3.0"))], ""));
    assert!(offered("held-open", &[("versions.tf", &said(">= 2.0"))], ""));
    assert!(offered("held-nowhere", &[], ""));
    assert!(offered("held-nonsense", &[("versions.tf", &said("newest"))], ""));
    let short = "terraform {\n  required_providers {\n    aws = \"~> 2.0\"\n  }\n}\n";
    assert!(!offered("held-short", &[("versions.tf", short)], "asks for ~> 2.0 in versions.tf"));
    let old = "provider \"aws\" {\n  version = \"~> 2.70\"\n}\n";
    assert!(!offered("held-provider", &[("provider.tf", old)], "asks for ~> 2.70 in provider.tf"));
    let json = r#"{"terraform": {"required_providers": {"aws": {"version": "3.1.0"}}}}"#;
    assert!(!offered("held-json", &[("versions.tf.json", json)], "asks for 3.1.0 in versions.tf.json"));
}

#[test]
fn a_broken_lock_holds_nothing() {
    for (name, text) in
        [("bad-syntax", "provider \"x\" {"), ("bad-version", &lock("aws", "old")), ("bad-empty", "")]
    {
        assert!(offered(name, &[(".terraform.lock.hcl", text)], ""));
    }
}

#[test]
fn modules_that_are_called_count_and_others_do_not() {
    let call = "module \"store\" {\n  source = \"./store\"\n}\n";
    let old = required("aws", "~> 3.10.0");
    let called = [("call.tf", call), ("store/versions.tf", &*old)];
    assert!(!offered("module-called", &called, "asks for ~> 3.10.0 in store/versions.tf"));
    assert!(offered("module-other", &[("elsewhere/versions.tf", &*old)], ""));
}

#[test]
fn renamed_arguments_of_azurerm() {
    let account = r#"resource "azurerm_storage_account" "data" {
  name                     = "data"
  resource_group_name      = "rg"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "LRS"
  https_traffic_only_enabled      = false
  allow_nested_items_to_be_public = true
}
"#;
    let refusals = |version: &str| {
        let dir = Dir::new(&format!("azurerm-{version}"));
        dir.write("main.tf", account);
        dir.write(".terraform.lock.hcl", lock("azurerm", version));
        let out = said(&dir, &["check", "--rule", "azure/storage"]);
        let name = |name: &str| out.contains(&format!("azurerm_storage_account.{name} came with version"));
        (name("https_traffic_only_enabled"), name("allow_nested_items_to_be_public"))
    };
    assert_eq!(refusals("2.99.0"), (true, true));
    assert_eq!(refusals("3.50.0"), (true, false));
    assert_eq!(refusals("4.10.0"), (false, false));
}
