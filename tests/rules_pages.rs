//! Rules as lists, pages and maps: what is committed is what trueup writes, and every way in answers.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod scratch;

use std::path::Path;

use scratch::Dir;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn the_committed_pages_are_what_the_rules_say() {
    let dir = Dir::new("rules-pages");
    for (page, arguments) in [
        ("rules/README.md", ["rules", "list", "--format", "markdown"]),
        ("rules/ALIASES.md", ["rules", "map", "--format", "markdown"]),
    ] {
        let committed = std::fs::read_to_string(Path::new(ROOT).join(page)).unwrap();
        let ran = dir.run(&arguments);
        ran.said(0, &[]);
        assert!(ran.out == committed, "{page} is old: trueup {} > {page}", arguments.join(" "));
    }
}

#[test]
fn the_list_for_machines_has_the_promised_keys() {
    let dir = Dir::new("rules-list");
    let ran = dir.run(&["rules", "list", "--format", "json"]);
    assert_eq!(ran.out, dir.run(&["rules", "list", "--json"]).out);
    let list: Vec<serde_json::Value> = serde_json::from_str(&ran.out).unwrap();
    let keys = ["aliases", "criteria", "fix", "id", "scope", "service", "severity", "title"];
    for rule in &list {
        let mut own: Vec<&str> = rule.as_object().unwrap().keys().map(String::as_str).collect();
        own.sort_unstable();
        assert_eq!(own, keys, "{rule}");
    }
    let of = |id: &str| list.iter().find(|rule| rule["id"] == id).unwrap();
    assert_eq!(of("aws/s3/bucket-acl-not-public")["service"], "s3");
    assert_eq!(of("aws/guardduty/enabled")["scope"], "estate");
}

#[test]
fn checks_of_other_tools_lead_to_rules_and_back() {
    let dir = Dir::new("rules-map");
    let to = dir.run(&["rules", "map", "ckv_aws_20", "CKV_AWS_374"]);
    to.said(0, &["aws/s3/bucket-acl-not-public", "left out: "]);
    let back = dir.run(&["rules", "map", "aws/s3"]);
    back.said(0, &["aws/s3/bucket-acl-not-public  CKV_AWS_20", "aws/s3/bucket-versioning"]);
    let unknown = dir.run(&["rules", "map", "CKV_AWS_20", "CKV_AWS_99999"]);
    unknown.said(2, &["aws/s3/bucket-acl-not-public", "nothing is known of CKV_AWS_99999"]);
    let json =
        dir.run(&["rules", "map", "CKV_AWS_20", "aws/s3/bucket-acl-not-public", "x", "--format", "json"]);
    let found: Vec<serde_json::Value> = serde_json::from_str(&json.out).unwrap();
    let kinds: Vec<&str> = found.iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["check", "rule", "unknown"]);
    assert_eq!(found[0]["rules"], found[1]["rules"]);
}

#[test]
fn a_check_with_a_rule_is_not_left_out() {
    let dir = Dir::new("rules-left-out");
    let page = std::fs::read_to_string(Path::new(ROOT).join("rules/ALIASES.md")).unwrap();
    let (_, left_out) = page.split_once("## Left out on purpose").unwrap();
    let ids: Vec<&str> = left_out.split('`').filter(|part| part.starts_with("CKV")).collect();
    assert!(ids.len() >= 26, "{ids:?}");
    for id in ids {
        dir.run(&["rules", "map", id]).said(0, &["left out: "]);
    }
}

#[test]
fn every_rule_has_a_page_with_an_example_and_the_index_leads_to_it() {
    let dir = Dir::new("rules-docs");
    let ran = dir.run(&["rules", "docs", "--dir", "pages", "--source", ROOT]);
    ran.said(0, &["wrote "]);
    assert!(!ran.err.contains("no example"), "{}", ran.err);
    let read = |page: &str| std::fs::read_to_string(dir.0.join("pages").join(page)).unwrap();
    let index = read("index.md");
    let links: Vec<&str> = index.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    assert!(links.len() > 300);
    for link in links {
        let page = read(link);
        let id = link.trim_end_matches(".md");
        for part in ["## Why", "## What ", "## Fix", "## Silencing it", "## The rule", id] {
            assert!(page.contains(part), "{link} lacks {part}");
        }
        assert!(!page.contains("# finding"), "{link}");
    }
    let page = read("aws/s3/bucket-acl-not-public.md");
    assert!(
        page.contains("acl    = \"public-read\"") && page.contains("## Fixed") && page.contains("CKV_AWS_20")
    );
    // A binary alone has no fixtures: it says so, and the pages are there all the same.
    dir.run(&["rules", "docs", "--dir", "bare"]).said(0, &["have no example", "--source"]);
}

#[test]
fn a_page_holds_what_a_hostile_rule_says_as_text() {
    let dir = Dir::new("rules-docs-hostile");
    dir.write(
        "own/rules/acme/x/y.hcl",
        "# Why <script> | [x](y)\nrule {\n  title    = \"A | <b>title</b>\"\n  severity = \"low\"\n  \
         resource = [\"aws_sqs_queue\"]\n  aliases  = [\"A`B\"]\n  criteria = { \"CC6.1\" = \"a | b\" }\n  \
         require  = self.name != \"```\"\n  message  = \"${self.address} is named so\"\n}\n",
    );
    dir.run(&["rules", "docs", "--dir", "pages", "--rules", "own"]).said(0, &[]);
    let page = std::fs::read_to_string(dir.0.join("pages/acme/x/y.md")).unwrap();
    assert!(page.contains("# A \\| \\<b>title\\</b>") && page.contains("\\<script> \\| \\[x](y)"), "{page}");
    assert!(page.contains("````hcl") && page.contains("`AB`"), "{page}");
}

#[test]
fn old_tables_are_told_of_once_a_day_is_given() {
    let dir = Dir::new("rules-dated");
    dir.write(
        "main.tf",
        "resource \"aws_lambda_function\" \"f\" {\n  function_name = \"f\"\n  role = \"arn:aws:iam::123456789012:role/f\"\n  \
         runtime = \"python3.13\"\n}\n",
    );
    let run = |today: &[&str]| {
        let rule = ["check", "--no-fixes", "--rule", "aws/lambda/runtime-supported"];
        dir.run(&[&rule[..], today].concat())
    };
    let told = "judges by a table of 2026-07-31";
    run(&["--today", "2027-08-01"]).said(0, &[told, "https://docs.aws.amazon.com/lambda/"]);
    for today in [&[][..], &["--today", "2027-07-31"]] {
        assert!(!run(today).all().contains(told));
    }
    dir.write("own/rules/acme/x/y.hcl", "# Why\nrule {\n  title = \"T\"\n  severity = \"low\"\n  resource = [\"aws_sqs_queue\"]\n  criteria = { \"CC6.1\" = \"a\" }\n  require = self.name != \"x\"\n  message = \"${self.address}\"\n  dated {\n    as_of = \"July\"\n    source = \"s\"\n  }\n}\n");
    dir.run(&["check", "--rules", "own"]).said(2, &["\"July\" is no date"]);
}
