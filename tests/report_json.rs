//! What `check --format json` writes holds to the schema that `trueup schema` prints.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

mod json_schema;
mod scratch;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

const EVERY: &str = "fail,undetermined,error,pass,not_applicable";

/// stdout of a run in the repository, with `stdin`.
fn trueup(arguments: &[&str], stdin: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_trueup"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

fn schema() -> Value {
    serde_json::from_str(&trueup(&["schema"], "")).unwrap()
}

/// A report that holds to the schema.
#[track_caller]
fn report(arguments: &[&str], stdin: &str) -> Value {
    let arguments = [&["check", "--format", "json", "--outcomes", EVERY], arguments].concat();
    let report = serde_json::from_str(&trueup(&arguments, stdin)).unwrap();
    let schema = schema();
    let mut errors = Vec::new();
    json_schema::check(&report, &schema, &schema, "", &mut errors);
    assert!(errors.is_empty(), "{errors:#?}");
    report
}

/// The findings with an outcome.
fn with<'r>(report: &'r Value, outcome: &str) -> Vec<&'r Value> {
    let findings = report["findings"].as_array().unwrap();
    findings.iter().filter(|finding| finding["outcome"] == outcome).collect()
}

#[test]
fn the_example_has_every_common_outcome() {
    let report = report(&["fixtures/_example"], "");
    for outcome in ["fail", "undetermined", "pass"] {
        assert!(!with(&report, outcome).is_empty(), "no {outcome}");
        assert_eq!(report["summary"][outcome], with(&report, outcome).len());
    }
    let edits =
        with(&report, "fail").iter().filter(|finding| finding["fix"]["edits"][0]["text"].is_string()).count();
    assert!(edits > 0, "no fix");
    let at = &with(&report, "fail")[0]["range"]["start"]["line"];
    assert!(at.as_u64().unwrap() > 0);
    assert_eq!(report["coverage"]["undetermined_inputs"][0]["input"], "var.backup_retention");
}

#[test]
fn every_fixture_of_a_service_holds() {
    let report = report(&["fixtures/aws/s3"], "");
    assert!(with(&report, "fail").len() > 10);
}

#[test]
fn what_could_not_be_read_or_followed_holds() {
    let text = r#"
module "gone" { source = "example.com/gone/aws" }
locals { bad = 1 / 0 }
resource "aws_ebs_volume" "v" { encrypted = local.bad }
resource "aws_vpc_peering_connection" "p" {}
resource "broken" {
"#;
    let report = report(&["-"], text);
    let coverage = &report["coverage"];
    assert_eq!(coverage["unparsed"][0]["file"], "stdin.tf");
    assert!(coverage["unparsed"][0]["line"].is_u64());
    assert_eq!(coverage["modules_unresolved"][0]["address"], "module.gone");
    assert_eq!(coverage["resource_types_without_rules"][0], "aws_vpc_peering_connection");
    assert!(coverage["problems"][0]["message"].is_string(), "{coverage:#}");
}

#[test]
fn silence_holds() {
    let text = r#"
# trueup:ignore aws/ebs/volume-encrypted reason="scratch" until=2027-01-31
resource "aws_ebs_volume" "v" { encrypted = false }
"#;
    let report = report(&["-"], text);
    let failed = with(&report, "fail");
    let silent = failed.iter().find(|finding| finding["rule"] == "aws/ebs/volume-encrypted").unwrap();
    assert_eq!(silent["suppressed"]["until"], "2027-01-31");
    assert_eq!(report["summary"]["suppressed"], 1);
}

#[test]
fn a_plan_holds() {
    let report = report(&["tests/data/plan.json"], "");
    let failed = with(&report, "fail");
    assert_eq!(failed[0]["file"], "tests/data/plan.json");
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let schema = schema();
    let good = report(&["fixtures/_example"], "");
    let mut bad = good;
    bad["schema_version"] = json!(2);
    bad["findings"][0]["severity"] = json!("dreadful");
    bad["findings"][0]["range"]["start"]["line"] = json!(0);
    bad["coverage"]["files"] = json!("4");
    bad["tool"].as_object_mut().unwrap().remove("version");
    let mut errors = Vec::new();
    json_schema::check(&bad, &schema, &schema, "", &mut errors);
    assert_eq!(errors.len(), 5, "{errors:#?}");
}

#[test]
fn the_schema_is_the_committed_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/json/check.schema.json");
    assert_eq!(trueup(&["schema"], ""), std::fs::read_to_string(path).unwrap());
}

#[test]
fn only_a_failure_says_that_something_is_wrong() {
    let dir = scratch::Dir::new("json-claims");
    let volume = |name: &str, encrypted: &str| {
        format!(
            "resource \"aws_ebs_volume\" \"{name}\" {{\n  availability_zone = \"a\"\n  size = 1\n{encrypted}}}\n"
        )
    };
    let volumes =
        [volume("bad", ""), volume("good", "  encrypted = true\n"), volume("open", "  encrypted = var.on\n")];
    dir.write("main.tf", format!("variable \"on\" {{\n  type = bool\n}}\n{}", volumes.concat()));
    for format in ["json", "csv", "sarif"] {
        let outcomes = ["--outcomes", "pass,fail,undetermined", "--format", format];
        let ran = dir.run(&[&["check", "--rule", "aws/ebs/volume-encrypted"][..], &outcomes].concat());
        ran.said(
            1,
            &[
                "aws_ebs_volume.bad is not encrypted",
                "aws_ebs_volume.good: EBS volume is encrypted",
                "Undetermined: aws_ebs_volume.open is not encrypted",
            ],
        );
        assert!(!ran.out.contains("aws_ebs_volume.good is not encrypted"), "{}", ran.out);
    }
}
