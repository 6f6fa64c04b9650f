//! Which resources name another one: for sure, perhaps, or not at all.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod scratch;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use scratch::Dir;

const BUCKETS: &str = r#"
variable "on" {
  type = bool
}
variable "other" {
  type = bool
}
variable "name" {
  type = string
}
resource "aws_s3_bucket" "a" {
}
resource "aws_s3_bucket" "b" {
}
resource "aws_s3_bucket" "c" {
  count = var.on ? 1 : 0
}
resource "aws_s3_bucket" "d" {
  count = var.on ? 0 : 1
}
resource "aws_s3_bucket" "e" {
  bucket = "plain"
}
"#;

/// For the buckets a to e, whether a thing names them: yes, no, or open. No schema says what the thing takes.
fn named(name: &str, expression: &str) -> String {
    let dir = Dir::new(&format!("edges-{name}"));
    let thing = format!("resource \"acme_thing\" \"v\" {{\n  bucket = {expression}\n}}\n");
    dir.write("tree/main.tf", format!("{BUCKETS}{thing}"));
    dir.write(
        "own/rules/acme/s3/named.hcl",
        "# Why.\nrule {\n  title = \"t\"\n  severity = \"low\"\n  resource = [\"aws_s3_bucket\"]\n  \
         criteria = { \"CC6.1\" = \"why\" }\n  \
         require = length(referrers(\"acme_thing\", \"bucket\")) > 0\n  \
         message = \"${self.address} is not named\"\n}\n",
    );
    let arguments = ["check", "tree", "--rules", "own", "--rule", "acme/", "--format", "json"];
    let ran = dir.run(&[&arguments[..], &["--outcomes", "pass,fail,undetermined,error"]].concat());
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let mut found: BTreeMap<String, &str> = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        let word = match finding["outcome"].as_str().unwrap() {
            "pass" => "yes",
            "fail" => "no",
            "undetermined" => "open",
            other => other,
        };
        found.insert(finding["address"].as_str().unwrap().to_owned(), word);
    }
    let mut out = String::new();
    for word in found.values() {
        let _ = write!(out, "{word} ");
    }
    out.trim_end().to_owned()
}

#[test]
fn a_reference_is_certain_only_where_it_stands_alone() {
    let (c, d) = ("aws_s3_bucket.c", "aws_s3_bucket.d");
    for (name, expression, wanted) in [
        ("plain", "aws_s3_bucket.a.id".to_owned(), "yes no no no no"),
        ("written", "aws_s3_bucket.e.bucket".to_owned(), "no no no no yes"),
        ("text", "\"plain\"".to_owned(), "no no no no yes"),
        ("either-any", "var.other ? aws_s3_bucket.a.id : var.name".to_owned(), "open open open open open"),
        ("either", "var.other ? aws_s3_bucket.a.id : aws_s3_bucket.b.id".to_owned(), "open open no no no"),
        ("either-text", "var.other ? aws_s3_bucket.a.id : \"plain\"".to_owned(), "open no no no open"),
        ("either-null", "var.other ? aws_s3_bucket.a.id : null".to_owned(), "open no no no no"),
        ("coalesce", "coalesce(var.name, aws_s3_bucket.a.id)".to_owned(), "open open open open open"),
        ("sure", "coalesce(aws_s3_bucket.a.id, var.name)".to_owned(), "yes no no no no"),
        // What decides which one it is decides whether it is there.
        ("counts", format!("var.on ? {c}[0].id : {d}[0].id"), "no no yes yes no"),
        ("try", format!("try({c}[0].id, null)"), "no no yes no no"),
        ("try-other", format!("try({c}[0].id, aws_s3_bucket.a.id)"), "open no yes no no"),
        ("try-any", format!("try({c}[0].id, var.name)"), "open open yes open open"),
        ("one", format!("one({c}[*].id)"), "no no yes no no"),
        ("splat", format!("{c}[*].id"), "no no yes no no"),
        ("flat", format!("flatten([{c}[*].id, aws_s3_bucket.a.id])"), "yes no yes no no"),
        ("ones", format!("coalesce(one({c}[*].id), one({d}[*].id))"), "no no yes yes no"),
        ("joined", format!("join(\"\", {c}[*].id)"), "no no yes no no"),
        ("lookup", "lookup({ a = aws_s3_bucket.a.id }, var.name, \"x\")".to_owned(), "open no no no no"),
        (
            "chosen",
            "element([aws_s3_bucket.a.id, aws_s3_bucket.b.id], length(var.name))".to_owned(),
            "open open no no no",
        ),
        ("element", format!("element(concat({c}[*].id, {d}[*].id), 0)"), "no no yes yes no"),
    ] {
        assert_eq!(named(name, &expression), wanted, "{expression}");
    }
}

#[test]
fn a_referrer_is_there_where_the_same_condition_says_so() {
    for (name, bucket, versioning, wanted) in [
        ("same", "var.on ? 1 : 0", "var.on ? 1 : 0", "pass"),
        ("always", "var.on ? 1 : 0", "1", "pass"),
        ("never-both", "var.on ? 1 : 0", "var.on ? 0 : 1", "fail"),
        ("another", "var.env == \"a\" ? 1 : 0", "var.env == \"b\" ? 1 : 0", "fail"),
        ("not-another", "var.env == \"a\" ? 1 : 0", "var.env != \"b\" ? 1 : 0", "pass"),
        ("other-input", "var.on ? 1 : 0", "var.env == \"a\" ? 1 : 0", "undetermined"),
        ("both", "var.on && var.env == \"a\" ? 1 : 0", "var.on ? 1 : 0", "pass"),
        ("only-one", "var.on ? 1 : 0", "var.on && var.env == \"a\" ? 1 : 0", "undetermined"),
        ("neither", "var.on || var.env == \"a\" ? 0 : 1", "var.on ? 1 : 0", "fail"),
        ("local", "var.on ? 1 : 0", "local.on ? 1 : 0", "pass"),
        ("not", "var.on == false ? 1 : 0", "!local.on ? 1 : 0", "pass"),
        ("changing", "uuid() == \"a\" ? 1 : 0", "uuid() == \"a\" ? 1 : 0", "undetermined"),
    ] {
        let [bucket, versioning] = [bucket, versioning].map(|count| format!("count = {count}"));
        let found = named_by(name, &bucket, &versioning, "one(aws_s3_bucket.b[*].id)");
        assert_eq!(found, wanted, "{name}");
    }
}

/// What is said of buckets with this argument, where a versioning with that one names one of them.
fn named_by(name: &str, buckets: &str, versioning: &str, bucket: &str) -> String {
    let dir = Dir::new(&format!("edges-named-by-{name}"));
    dir.write(
        "main.tf",
        format!(
            "variable \"on\" {{\n  type = bool\n}}\nvariable \"env\" {{\n  type = string\n}}\n\
             locals {{\n  on = var.on\n}}\nvariable \"n\" {{\n  type = number\n}}\n\
             variable \"s\" {{\n  type = set(string)\n}}\n\
             variable \"name\" {{\n  type = string\n}}\n\
             resource \"aws_s3_bucket\" \"b\" {{\n  {buckets}\n}}\n\
             resource \"aws_s3_bucket_versioning\" \"v\" {{\n  {versioning}\n  bucket = {bucket}\n  \
             versioning_configuration {{\n    status = \"Enabled\"\n  }}\n}}\n"
        ),
    );
    let asked = ["check", "--rule", "aws/s3/bucket-versioning", "--format", "json", "--no-fixes"];
    let ran = dir.run(&[&asked[..], &["--outcomes", "pass,fail,undetermined,error"]].concat());
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    report["findings"][0]["outcome"].as_str().unwrap().to_owned()
}

#[test]
fn one_of_several_instances_that_are_not_known_may_be_another() {
    let (one_or_none, two) = ("count = var.on ? 1 : 0", "count = var.on ? 2 : 0");
    let (keys, key) = ("for_each = toset(var.on ? [\"a\", \"b\"] : [])", "aws_s3_bucket.b[each.key].id");
    for (name, buckets, versioning, bucket, wanted) in [
        ("other-side", one_or_none, "", "var.on ? null : one(aws_s3_bucket.b[*].id)", "fail"),
        ("side", one_or_none, "", "var.on ? one(aws_s3_bucket.b[*].id) : null", "pass"),
        ("text", one_or_none, "", "var.on ? aws_s3_bucket.b[0].id : \"x\"", "pass"),
        ("first", "count = var.n", "count = 1", "aws_s3_bucket.b[0].id", "undetermined"),
        ("each-index", "count = var.n", "count = var.n", "aws_s3_bucket.b[count.index].id", "pass"),
        ("same-index", two, one_or_none, "aws_s3_bucket.b[count.index].id", "undetermined"),
        ("other-keys", keys, "for_each = toset(var.on ? [\"a\"] : [])", key, "undetermined"),
        ("own-key", keys, keys, key, "pass"),
        ("one-key", keys, keys, "aws_s3_bucket.b[\"a\"].id", "undetermined"),
        ("first-value", keys, one_or_none, "values(aws_s3_bucket.b)[0].id", "undetermined"),
        ("chained", "for_each = var.s", "for_each = aws_s3_bucket.b", "each.value.id", "pass"),
        ("some", "for_each = var.s", "for_each = setintersection(var.s, [\"a\"])", key, "undetermined"),
        ("tried", one_or_none, "", "try(aws_s3_bucket.b[0].id, \"x\")", "pass"),
        (
            "counted",
            "count = var.n",
            "count = length(aws_s3_bucket.b)",
            "aws_s3_bucket.b[count.index].id",
            "pass",
        ),
        (
            "if-any",
            one_or_none,
            "count = length(aws_s3_bucket.b) > 0 ? 1 : 0",
            "aws_s3_bucket.b[0].id",
            "pass",
        ),
        ("any", one_or_none, "", "length(aws_s3_bucket.b) > 0 ? aws_s3_bucket.b[0].id : \"x\"", "pass"),
        ("set-value", "for_each = var.s", "for_each = var.s", "aws_s3_bucket.b[each.value].id", "pass"),
        ("coalesced", one_or_none, "", "coalesce(one(aws_s3_bucket.b[*].id), \"x\")", "pass"),
        ("first-of-all", one_or_none, "", "element(concat(aws_s3_bucket.b[*].id, [\"\"]), 0)", "pass"),
        // What a function makes of it may be another.
        ("filtered", one_or_none, "", "one([for b in aws_s3_bucket.b : b.id if var.n > 1])", "undetermined"),
        ("switched", one_or_none, "", "one(var.n > 1 ? aws_s3_bucket.b[*].id : [])", "undetermined"),
        ("chosen", one_or_none, "", "element([aws_s3_bucket.b[0].id, \"x\"], var.n)", "undetermined"),
        ("word", one_or_none, "", "\"${aws_s3_bucket.b[0].id}-logs\"", "undetermined"),
        ("format", one_or_none, "", "format(\"%s-logs\", aws_s3_bucket.b[0].id)", "undetermined"),
        ("host", one_or_none, "", "\"${aws_s3_bucket.b[0].id}.s3.amazonaws.com\"", "pass"),
        ("json", one_or_none, "", "\"{\\\"b\\\":\\\"${aws_s3_bucket.b[0].id}\\\"}\"", "pass"),
        ("map", one_or_none, "", "{ for k, b in aws_s3_bucket.b : k => b.id }[0]", "pass"),
        (
            "map-of-many",
            "count = var.n",
            "",
            "{ for k, b in aws_s3_bucket.b : k => b.id }[0]",
            "undetermined",
        ),
        (
            "filtered-map",
            one_or_none,
            "",
            "{ for k, b in aws_s3_bucket.b : k => b.id if k == var.n }[0]",
            "undetermined",
        ),
        ("arn", one_or_none, "", "\"arn:aws:s3:::${aws_s3_bucket.b[0].id}\"", "pass"),
        // Another key than that of the one that stands for all.
        ("no-such-index", one_or_none, "", "try(aws_s3_bucket.b[1].id, \"x\")", "undetermined"),
        ("try-key", keys, "", "try(aws_s3_bucket.b[\"a\"].id, \"x\")", "undetermined"),
        (
            "key-of-input",
            "for_each = toset([var.name])",
            "",
            "try(aws_s3_bucket.b[\"p\"].id, \"x\")",
            "undetermined",
        ),
        // It is computed whether or not there is one.
        ("try-one", one_or_none, "", "try(one(aws_s3_bucket.b[*].id), \"x\")", "undetermined"),
        (
            "one-of-many",
            "count = var.on ? 2 : 1",
            "",
            "try(one(aws_s3_bucket.b[*].id), \"x\")",
            "undetermined",
        ),
        ("tried-first", "count = var.n", "", "try(aws_s3_bucket.b[0].id, \"x\")", "undetermined"),
    ] {
        assert_eq!(named_by(name, buckets, versioning, bucket), wanted, "{name}");
    }
}

/// What is not true may be null, and null is not false.
#[test]
fn what_is_not_true_may_be_null() {
    let under = "count = var.on != true ? 1 : 0";
    for (name, encrypted, wanted) in [
        ("coalesced", "coalesce(var.on, true)", "undetermined"),
        ("compared", "var.on == false ? true : false", "undetermined"),
        ("turned", "false == var.on", "undetermined"),
        ("set", "var.on != null", "undetermined"),
        ("same", "var.on == true ? true : false", "fail"),
        ("chosen", "var.on ? true : false", "undetermined"),
    ] {
        let dir = Dir::new(&format!("edges-null-{name}"));
        let volume =
            format!("resource \"aws_ebs_volume\" \"v\" {{\n  {under}\n  encrypted = {encrypted}\n}}\n");
        dir.write("main.tf", format!("variable \"on\" {{\n  type = bool\n}}\n{volume}"));
        let asked = ["check", "--rule", "aws/ebs/volume-encrypted", "--format", "json", "--no-fixes"];
        let ran = dir.run(&[&asked[..], &["--outcomes", "pass,fail,undetermined,error"]].concat());
        let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(report["findings"][0]["outcome"].as_str(), Some(wanted), "{name}");
    }
}

/// What is only there where a condition holds is judged as if it held.
#[test]
fn what_is_there_under_a_condition_is_judged_under_it() {
    let dir = Dir::new("edges-under");
    let module = "variable \"on\" {\n  type = bool\n}\n\
        resource \"aws_ebs_volume\" \"inner\" {\n  encrypted = !var.on\n}\n";
    dir.write("m/main.tf", module);
    let volume = |name: &str, count: &str, encrypted: &str| {
        format!(
            "resource \"aws_ebs_volume\" \"{name}\" {{\n  count = {count}\n  encrypted = {encrypted}\n}}\n"
        )
    };
    dir.write(
        "main.tf",
        [
            "variable \"on\" {\n  type = bool\n}\nvariable \"env\" {\n  type = string\n}\n",
            "locals {\n  encrypted = var.on ? true : false\n}\n",
            "module \"m\" {\n  source = \"./m\"\n  count = var.on ? 1 : 0\n  on = var.on\n}\n",
            &volume("a", "var.on ? 1 : 0", "var.on"),
            &volume("b", "var.on ? 0 : 1", "local.encrypted"),
            &volume("c", "var.env == \"p\" && var.on ? 1 : 0", "local.encrypted"),
            &volume("d", "var.env == \"p\" || var.on ? 1 : 0", "local.encrypted"),
            "data \"aws_ebs_volume\" \"o\" {\n  count = var.on ? 1 : 0\n}\n",
            &volume(
                "f",
                "length(data.aws_ebs_volume.o) > 0 ? 1 : 0",
                "one(data.aws_ebs_volume.o[*].arn) != null",
            ),
            &volume("e", "var.env == \"p\" ? 1 : 0", "var.env == \"q\" ? false : true"),
        ]
        .concat(),
    );
    let asked = ["check", "--rule", "aws/ebs/volume-encrypted", "--format", "json", "--no-fixes"];
    let ran = dir.run(&[&asked[..], &["--outcomes", "pass,fail,undetermined,error"]].concat());
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let found: BTreeMap<&str, &str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["address"].as_str().unwrap(), it["outcome"].as_str().unwrap()))
        .collect();
    let wanted = [
        ("aws_ebs_volume.a[*]", "pass"),
        ("aws_ebs_volume.b[*]", "fail"),
        ("aws_ebs_volume.c[*]", "pass"),
        ("aws_ebs_volume.d[*]", "undetermined"),
        ("aws_ebs_volume.e[*]", "pass"),
        ("aws_ebs_volume.f[*]", "pass"),
        ("module.m[*].aws_ebs_volume.inner", "fail"),
    ];
    assert_eq!(found, BTreeMap::from(wanted));
}

#[test]
fn a_list_that_is_one_of_two_names_what_either_names() {
    for (name, expression, wanted) in [
        ("list", "var.other ? [aws_s3_bucket.a.id] : []", "open no no no no"),
        (
            "lists",
            "var.other ? [aws_s3_bucket.a.id, \"plain\"] : [aws_s3_bucket.b.id]",
            "open open no no open",
        ),
        ("list-any", "var.other ? [aws_s3_bucket.a.id] : [var.name]", "open open open open open"),
    ] {
        assert_eq!(named(name, expression), wanted, "{expression}");
    }
}

/// A thing must refer to some bucket.
const REFERS: &str = r#"# Why.
rule {
  title    = "t"
  severity = "low"
  resource = ["acme_thing"]
  criteria = { "CC6.1" = "why" }
  require  = length(referred("bucket")) > 0
  message  = "${self.address} names none"
}
"#;

/// Whether a thing refers to some bucket: yes, no, or open.
fn refers(name: &str, expression: &str) -> String {
    let dir = Dir::new(&format!("edges-refers-{name}"));
    let thing = format!(
        "data \"aws_partition\" \"p\" {{}}\nlocals {{\n  b = aws_s3_bucket.a.id\n}}\n\
         resource \"acme_thing\" \"v\" {{\n  bucket = {expression}\n}}\n"
    );
    dir.write("tree/main.tf", format!("{BUCKETS}{thing}"));
    dir.write("own/rules/acme/s3/refers.hcl", REFERS);
    let arguments = ["check", "tree", "--rules", "own", "--rule", "acme/", "--format", "json"];
    let ran = dir.run(&[&arguments[..], &["--outcomes", "pass,fail,undetermined,error"]].concat());
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    match report["findings"][0]["outcome"].as_str().unwrap() {
        "pass" => "yes".to_owned(),
        "fail" => "no".to_owned(),
        "undetermined" => "open".to_owned(),
        other => other.to_owned(),
    }
}

#[test]
fn what_is_referred_to_is_the_whole_value() {
    let a = "aws_s3_bucket.a";
    for (name, expression, wanted) in [
        ("plain", format!("{a}.id"), "yes"),
        ("local", "local.b".to_owned(), "yes"),
        ("quoted", format!("\"${{{a}.id}}\""), "yes"),
        ("list", format!("[\"x\", {a}.id]"), "yes"),
        ("part", format!("\"${{{a}.arn}}/*\""), "yes"),
        ("behind", format!("\"x-${{{a}.id}}\""), "no"),
        ("before", format!("\"${{{a}.id}}-x\""), "no"),
        ("json", format!("jsonencode({{ a = {a}.id }})"), "no"),
        ("partition", "\"arn:${data.aws_partition.p.partition}:s3:::x\"".to_owned(), "no"),
        ("text", "\"plain\"".to_owned(), "no"),
        ("any", "var.name".to_owned(), "open"),
        ("either", format!("var.other ? {a}.id : aws_s3_bucket.b.id"), "yes"),
        ("either-text", format!("var.other ? {a}.id : \"plain\""), "open"),
        ("either-null", format!("var.other ? {a}.id : null"), "open"),
        ("either-any", format!("var.other ? {a}.id : var.name"), "open"),
        // It may be null.
        ("one", "one(aws_s3_bucket.c[*].id)".to_owned(), "open"),
        ("joined", "join(\"\", aws_s3_bucket.c[*].id)".to_owned(), "open"),
        ("chosen", format!("lookup({{ a = {a}.id }}, var.name, \"x\")"), "open"),
    ] {
        assert_eq!(refers(name, &expression), wanted, "{expression}");
    }
}

/// What is asked about a value may rest on whether its owner is there: that is not taken over from another.
#[test]
fn two_that_read_the_same_but_are_there_under_other_conditions_are_told_apart() {
    let dir = Dir::new("edges-conditions");
    let thing = |name: &str, count: &str| {
        format!("resource \"acme_thing\" \"{name}\" {{\n{count}  bucket = one(aws_s3_bucket.c[*].id)\n}}\n")
    };
    let things = thing("always", "") + &thing("with", "  count = var.on ? 1 : 0\n") + &thing("z", "");
    dir.write("tree/main.tf", format!("{BUCKETS}{things}"));
    dir.write("own/rules/acme/s3/refers.hcl", REFERS);
    let arguments = ["check", "tree", "--rules", "own", "--rule", "acme/", "--format", "json"];
    let ran =
        dir.run(&[&arguments[..], &["--jobs", "1", "--outcomes", "pass,fail,undetermined,error"]].concat());
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let mut found: Vec<(&str, &str)> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["address"].as_str().unwrap(), it["outcome"].as_str().unwrap()))
        .collect();
    found.sort_unstable();
    let (always, with, z) = ("acme_thing.always", "acme_thing.with[*]", "acme_thing.z");
    assert_eq!(found, [(always, "undetermined"), (with, "pass"), (z, "undetermined")]);
}
