//! What is known of the instance that stands for all of a block whose `count` or `for_each` can't be known.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod scratch;

use scratch::Dir;

/// What stands in each tree.
const COMMON: &str = r#"
variable "on" { type = bool }
variable "other" { type = bool }
variable "n" { type = number }
variable "names" { type = set(string) }
variable "map" { type = map(string) }

data "aws_iam_policy_document" "d" {
  count = var.on ? 1 : 0

  statement {
    actions   = ["*"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "many" {
  count = var.n

  statement {
    actions   = ["*"]
    resources = ["*"]
  }
}

resource "aws_s3_bucket" "e" {
  for_each = var.names
  bucket   = each.key
}

resource "aws_s3_bucket" "plain" {
  bucket = "plain"
}

module "counted" {
  source = "./c"
  count  = var.on ? 1 : 0
}

module "each" {
  source   = "./m"
  for_each = var.names
}
"#;

const MODULE: &str = r#"
resource "aws_s3_bucket" "b" {}

output "bucket" { value = aws_s3_bucket.b }
output "policy" { value = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] }) }
"#;

/// What a rule says of a block among the others.
fn outcome(dir: &Dir, rule: &str, address: &str, block: &str) -> String {
    dir.write("m/main.tf", MODULE);
    dir.write("c/main.tf", MODULE);
    dir.write("main.tf", format!("{COMMON}\n{block}\n"));
    let all =
        ["check", "--no-fixes", "--format", "json", "--outcomes", "pass,fail,undetermined,error", "--rule"];
    let ran = dir.run(&[&all[..], &[rule]].concat());
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let findings = json["findings"].as_array().unwrap();
    let found = findings.iter().find(|it| it["address"] == address);
    assert!(found.is_some(), "nothing of {address} in {}", ran.all());
    found.unwrap()["outcome"].as_str().unwrap().to_owned()
}

/// What is said of a policy with full rights, whose block has this condition and text.
fn policy(dir: &Dir, condition: &str, text: &str) -> String {
    let block = format!("resource \"aws_iam_policy\" \"p\" {{\n  {condition}\n  policy = {text}\n}}");
    let key = if condition.is_empty() { "" } else { "[*]" };
    outcome(dir, "aws/iam/policy-no-admin-wildcard", &format!("aws_iam_policy.p{key}"), &block)
}

#[test]
fn what_each_element_has_is_known() {
    let dir = Dir::new("representative-each");
    let admin = "{ Statement = [{ Effect = \"Allow\", Action = \"*\", Resource = \"*\" }] }";
    let none = "{ Statement = [] }";
    for (each, value, expected) in [
        (format!("var.on ? {{ a = {admin} }} : {{}}"), "each.value", "fail"),
        (format!("var.on ? {{}} : {{ a = {admin} }}"), "each.value", "fail"),
        (format!("var.on ? {{ a = {none} }} : {{}}"), "each.value", "pass"),
        (format!("merge({{ a = {admin} }}, var.on ? {{ b = {admin} }} : {{}})"), "each.value", "fail"),
        (format!("var.on ? {{ a = {admin}, b = {none} }} : {{}}"), "each.value", "undetermined"),
        (format!("merge({{ a = {none} }}, var.on ? {{ b = {admin} }} : {{}})"), "each.value", "undetermined"),
        (
            "var.on ? toset([\"*\"]) : toset([])".to_owned(),
            "{ Statement = [{ Effect = \"Allow\", Action = each.key, Resource = each.value }] }",
            "fail",
        ),
        (
            "toset(var.on ? [\"*\"] : [])".to_owned(),
            "{ Statement = [{ Effect = \"Allow\", Action = each.key, Resource = each.value }] }",
            "fail",
        ),
        (
            "var.on ? { a = \"*\" } : var.map".to_owned(),
            "{ Statement = [{ Effect = \"Allow\", Action = each.value, Resource = \"*\" }] }",
            "undetermined",
        ),
    ] {
        let found = policy(&dir, &format!("for_each = {each}"), &format!("jsonencode({value})"));
        assert_eq!(found, expected, "{each}");
    }
}

#[test]
fn a_count_of_one_has_one_index() {
    let dir = Dir::new("representative-index");
    let list = "[data.aws_iam_policy_document.d[0].json, \"{}\"][count.index]";
    assert_eq!(policy(&dir, "count = var.on ? 1 : 0", list), "fail");
    assert_eq!(policy(&dir, "count = var.on ? 2 : 0", list), "undetermined");
    assert_eq!(policy(&dir, "count = var.on ? var.n : 0", list), "undetermined");
}

#[test]
fn what_has_the_same_count_is_there() {
    let dir = Dir::new("representative-count");
    for text in [
        "one(data.aws_iam_policy_document.d[*].json)",
        "join(\"\", data.aws_iam_policy_document.d[*].json)",
        "element(concat(data.aws_iam_policy_document.d.*.json, [\"{}\"]), 0)",
        "module.counted[0].policy",
        "module.counted[count.index].policy",
    ] {
        assert_eq!(policy(&dir, "count = var.on ? 1 : 0", text), "fail", "{text}");
        for other in ["", "count = var.other ? 1 : 0", "count = var.on ? 0 : 1", "count = var.n"] {
            let text = text.replace("count.index", "0");
            assert_eq!(policy(&dir, other, &text), "undetermined", "{other}: {text}");
        }
    }
    // How many there are is not said by what they have in common.
    let many = "join(\"\", data.aws_iam_policy_document.many[*].json)";
    assert_eq!(policy(&dir, "count = var.n", many), "undetermined");
    let each = "for_each = var.names";
    assert_eq!(policy(&dir, each, "module.each[each.key].policy"), "fail");
    assert_eq!(policy(&dir, each, "module.each[\"${each.key}-x\"].policy"), "undetermined");
}

#[test]
fn each_value_of_resources_and_modules_is_theirs() {
    let dir = Dir::new("representative-chained");
    for (each, bucket, of) in [
        ("aws_s3_bucket.e", "each.value.id", "aws_s3_bucket.e[*]"),
        ("module.each", "each.value.bucket.id", "module.each[*].aws_s3_bucket.b"),
        ("var.names", "module.each[each.key].bucket.id", "module.each[*].aws_s3_bucket.b"),
    ] {
        let block = format!(
            "resource \"aws_s3_bucket_versioning\" \"v\" {{\n  for_each = {each}\n  bucket   = {bucket}\n\n  versioning_configuration {{\n    status = \"Enabled\"\n  }}\n}}"
        );
        let said = |address: &str| outcome(&dir, "aws/s3/bucket-versioning", address, &block);
        assert_eq!(said(of), "pass", "{each}");
        assert_eq!(said("aws_s3_bucket.plain"), "fail", "{each}");
    }
}
