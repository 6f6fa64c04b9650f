//! A few lines can't name a value that takes all memory or time: the limit is said, the rest computed.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use std::fmt::Write as _;

use trueup::eval::{Root, Value};
use trueup::graph;
use trueup::source::{SourceFile, Sources};
use trueup::syntax::Workspace;

/// The values of the one bucket of `main`, and the problems said.
fn bucket(main: &str, variables: &str) -> (Value, Vec<String>) {
    let mut sources = Sources::default();
    sources.add(SourceFile::new("main.tf", main));
    sources.add(SourceFile::new("terraform.tfvars", variables));
    let workspace = Workspace::parse(sources);
    let configuration = graph::configuration(&workspace, Root::new(&workspace, "."));
    let problems = configuration.problems.into_iter().map(|(message, _)| message).collect();
    (configuration.resources.first().unwrap().values.clone(), problems)
}

/// Each local is made of eight times the one before.
fn doubled(first: &str, next: impl Fn(&str) -> String) -> String {
    let mut text = format!("variable \"none\" {{}}\nlocals {{\n  s0 = {first}\n");
    for at in 1..12 {
        let before = format!("local.s{}", at - 1);
        let _ = writeln!(text, "  s{at} = {}", next(&before));
    }
    text + "}\nresource \"aws_s3_bucket\" \"b\" {\n  bucket = local.s11\n  acl = try(local.s11, \"private\")\n  force_destroy = true\n}\n"
}

#[track_caller]
fn refused(main: &str, variables: &str, wanted: &str) {
    let (values, problems) = bucket(main, variables);
    assert!(problems.iter().any(|message| message.contains(wanted)), "{wanted} is not in {problems:?}");
    assert!(values.get("bucket").unwrap().as_unknown().is_some());
    assert_eq!(values.get("force_destroy").unwrap().as_bool(), Some(true), "the rest is computed");
}

#[test]
fn texts() {
    let main = doubled("\"0123456789\"", |before| format!("\"{}\"", format!("${{{before}}}").repeat(8)));
    refused(&main, "", "longer than the 16777216 bytes");
    let main =
        doubled("\"0123456789\"", |before| format!("join(\"\", [{}])", format!("{before}, ").repeat(8)));
    refused(&main, "", "longer than the 16777216 bytes");
    let main =
        doubled("\"0123456789\"", |before| format!("replace({before}, \"/(.)/\", \"$1$1$1$1$1$1$1$1\")"));
    refused(&main, "", "longer than the 16777216 bytes");
    let main = doubled("\"0123456789\"", |before| format!("replace({before}, \"\", {before})"));
    refused(&main, "", "longer than the 16777216 bytes");
}

#[test]
fn lists_that_share_their_elements() {
    let main = doubled("[1, 2, 3]", |before| format!("[{}]", format!("{before}, ").repeat(8)));
    refused(&main, "", "more than the 4000000 parts");
    let main = doubled("{ a = 1 }", |before| {
        format!("{{ a = {before}, b = {before}, c = {before}, d = {before}, e = {before} }}")
    });
    refused(&main, "", "more than the 4000000 parts");
}

#[test]
fn texts_that_are_partly_known() {
    let main = doubled("var.none", |before| format!("\"{}\"", format!("-${{{before}}}").repeat(8)));
    refused(&main, "", "more than the 4000000 parts");
    let main = doubled("var.none", |before| format!("jsonencode([{}])", format!("{before}, ").repeat(8)));
    refused(&main, "", "more than the 4000000 parts");
}

#[test]
fn values_of_variables() {
    let main = "variable \"v\" {}\nresource \"aws_s3_bucket\" \"b\" {\n  bucket = var.v\n  force_destroy = true\n}\n";
    let text = "join(\"\", [for a in range(200) : join(\"-\", range(1000))])";
    let loops = format!("v = [for text in [{text}] : [for a in range(1000) : chomp(text)]]\n");
    refused(main, &loops, "steps of work");
}

#[test]
fn a_variable_whose_value_is_wrong_has_not_its_default() {
    let main = "variable \"v\" { default = \"safe\" }\nresource \"aws_s3_bucket\" \"b\" {\n  bucket = var.v\n  force_destroy = true\n}\n";
    refused(main, "v = local.x\n", "only constants are");
}

#[test]
fn instances_that_there_is_no_room_for_are_judged_as_one() {
    let main = r#"
locals {
  line = join("-", range(1000))
  text = join("-", [for at in range(200) : local.line])
}
resource "aws_s3_bucket" "b" {
  count  = 5000
  bucket = "${count.index}${local.text}"
}
"#;
    let mut sources = Sources::default();
    sources.add(SourceFile::new("main.tf", main));
    let workspace = Workspace::parse(sources);
    let configuration = graph::configuration(&workspace, Root::new(&workspace, "."));
    let addresses: Vec<&str> = configuration.resources.iter().map(|resource| &*resource.address).collect();
    assert_eq!(addresses, ["aws_s3_bucket.b[*]"]);
    assert!(configuration.resources[0].uncertain.is_some());
    assert!(configuration.problems.iter().any(|(message, _)| message.contains("steps of work")));
}

#[test]
fn branches_that_can_not_be_chosen_between_do_not_multiply() {
    let mut main = String::from("variable \"x\" {\n  type = bool\n}\nlocals {\n  l0 = \"a\"\n");
    for at in 1..60 {
        main.push_str(&format!("  l{at} = var.x ? [local.l{0}, local.l{0}] : [\"b\", local.l{0}]\n", at - 1));
    }
    main.push_str("}\nresource \"aws_s3_bucket\" \"b\" {\n  bucket = jsonencode(local.l59)\n}\n");
    let mut sources = Sources::default();
    sources.add(SourceFile::new("main.tf", main));
    let workspace = Workspace::parse(sources);
    let start = std::time::Instant::now();
    let configuration = graph::configuration(&workspace, Root::new(&workspace, "."));
    assert!(start.elapsed() < std::time::Duration::from_secs(20), "{:?}", start.elapsed());
    let bucket = configuration.resources[0].values.get("bucket").unwrap();
    assert!(bucket.as_unknown().is_some());
    assert!(bucket.weight() < 10_000, "{}", bucket.weight());
}
