//! What a reference to something that a block does not set comes to.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod scratch;

use scratch::Dir;

/// The outcome of "encrypted" where it is this expression.
fn outcome(name: &str, expression: &str) -> String {
    let dir = Dir::new(&format!("reference-{name}"));
    dir.write(
        "main.tf",
        format!(
            "data \"aws_region\" \"here\" {{}}\n\nvariable \"on\" {{\n  type = bool\n}}\n\n\
             resource \"aws_sqs_queue\" \"q\" {{\n  count = var.on ? 1 : 0\n  name  = \"x\"\n}}\n\n\
             resource \"google_cloudfunctions2_function\" \"f\" {{\n  service_config {{\n  }}\n  lifecycle {{\n    \
             ignore_changes = [labels]\n  }}\n}}\n\n\
             resource \"aws_ebs_volume\" \"v\" {{\n  encrypted = {expression}\n}}\n"
        ),
    );
    let rule = ["--rule", "aws/ebs/volume-encrypted", "--outcomes", "pass,fail,undetermined"];
    let ran = dir.run(&[&["check", "--no-fixes", "--format", "json"][..], &rule].concat());
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let problems = report["coverage"]["problems"].as_array().unwrap().len();
    format!("{} {problems}", report["findings"][0]["outcome"].as_str().unwrap())
}

/// How many there are is not known, but what each is like.
#[test]
fn a_list_of_unknown_length_is_a_list() {
    let queues = "aws_sqs_queue.q[*]";
    for (name, expression, wanted) in [
        ("one", format!("one({queues}.name) == \"y\""), "fail 0"),
        ("one-or-none", format!("one({queues}.name) == \"x\""), "undetermined 0"),
        ("one-computed", format!("one({queues}.url) == \"y\""), "undetermined 0"),
        ("length", format!("length({queues}.name) == 1"), "undetermined 0"),
        ("joined", format!("join(\",\", {queues}.name) == \"x\""), "undetermined 0"),
        ("tried", "try(aws_sqs_queue.q[0].name, \"z\") == \"y\"".to_owned(), "fail 0"),
        (
            "tried-either",
            "try(var.on ? aws_sqs_queue.q[0].name : \"w\", \"z\") == \"w\"".to_owned(),
            "undetermined 0",
        ),
        ("tried-null", "try(aws_sqs_queue.q[0].url, null) != null".to_owned(), "undetermined 0"),
        ("first", "try(aws_sqs_queue.q[0].name, \"\") == \"x\"".to_owned(), "undetermined 0"),
    ] {
        assert_eq!(outcome(name, &expression), wanted, "{expression}");
    }
}

#[test]
fn what_the_provider_may_fill_in_is_not_known() {
    let block = "google_cloudfunctions2_function.f.service_config[0]";
    for (name, expression, wanted) in [
        ("computed", format!("try({block}.uri, null) == \"x\""), "undetermined 0"),
        ("optional", format!("{block}.vpc_connector == null"), "undetermined 0"),
        ("list", "google_cloudfunctions2_function.f.labels == null".to_owned(), "pass 0"),
        ("long", "resource.google_cloudfunctions2_function.f.id != null".to_owned(), "pass 0"),
        ("nonsense", format!("{block}.nonsense == null"), "undetermined 1"),
        ("region", "data.aws_region.here.region == \"x\"".to_owned(), "undetermined 0"),
    ] {
        assert_eq!(outcome(name, &expression), wanted, "{expression}");
    }
}
