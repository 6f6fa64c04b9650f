//! What rules make of provider blocks, backends and modules that are not here, asked through the command line.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod scratch;

use scratch::Dir;

/// The outcomes of one rule in a tree of one file.
fn outcomes(name: &str, rule: &str, text: &str) -> (Vec<String>, String) {
    let dir = Dir::new(name);
    dir.write("main.tf", text);
    let all = "pass,fail,undetermined,error";
    let ran = dir.run(&[
        "check",
        "--rule",
        rule,
        "--profile",
        "strict",
        "--format",
        "json",
        "--outcomes",
        all,
        ".",
    ]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let findings = report["findings"].as_array().unwrap();
    (findings.iter().map(|it| it["outcome"].as_str().unwrap().to_owned()).collect(), ran.out)
}

const TOPIC: &str = r#"
resource "aws_sns_topic" "alerts" {
  name = "alerts"
}
resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "errors"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  alarm_actions       = [aws_sns_topic.alerts.arn]
}
"#;

#[test]
fn a_topic_beside_a_module_that_is_not_here_is_not_judged() {
    let rule = "aws/sns/alert-topic-has-subscriber";
    let module = "module \"pager\" {\n  source = \"github.com/acme/pager\"\n}\n";
    assert_eq!(outcomes("topic-alone", rule, TOPIC).0, ["fail"]);
    assert!(outcomes("topic-pager", rule, &format!("{TOPIC}{module}")).0.is_empty());
}

#[test]
fn credentials_of_a_provider_are_found_and_not_shown() {
    let key = "k7Gq2vT9xLwPz4RbNc8YdHf3JmSa6UeWo1iKtXyB";
    let text =
        format!("provider \"aws\" {{\n  region     = \"eu-central-1\"\n  secret_key = \"{key}\"\n}}\n");
    let (found, shown) = outcomes("provider-key", "aws/provider/no-hardcoded-credentials", &text);
    assert_eq!(found, ["fail"]);
    assert!(!shown.contains(key));
}

#[test]
fn what_the_command_line_gives_a_backend_is_not_known() {
    let rule = "aws/terraform/state-encrypted";
    let backend = |body: &str| format!("terraform {{\n  backend \"s3\" {{\n{body}  }}\n}}\n");
    let whole = "    bucket = \"b\"\n    key = \"k\"\n";
    assert_eq!(outcomes("backend-whole", rule, &backend(whole)).0, ["fail"]);
    assert_eq!(outcomes("backend-partial", rule, &backend("    key = \"k\"\n")).0, ["undetermined"]);
    let encrypted = format!("{whole}    encrypt = true\n");
    assert_eq!(outcomes("backend-encrypted", rule, &backend(&encrypted)).0, ["pass"]);
}
