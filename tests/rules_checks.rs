//! What `trueup rules test` finds wrong with a team's rules, templates and fixtures.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::{Path, PathBuf};

const RULE: &str = r#"rule {
  title    = "Table is encrypted"
  severity = "low"
  resource = ["aws_dynamodb_table"]
  criteria = { "CC6.1" = "why" }
  require = (
    self.server_side_encryption[0].enabled == true
    && alltrue([for index in self.global_secondary_index : index.name != "bad"])
  )
  message = "${self.address} is not encrypted"
  fix {
    title         = "Encrypt it"
    applicability = "auto"
  }
}
"#;
const TEMPLATE: &str =
    "resource \"{{ type }}\" \"{{ label }}\" {\n  server_side_encryption {\n    enabled = true\n  }\n}\n";
const FAIL: &str = "resource \"aws_dynamodb_table\" \"t\" { # finding\n  name = \"t\"\n}\n";
const FIXED: &str = "resource \"aws_dynamodb_table\" \"t\" { # finding\n  name = \"t\"\n\n  server_side_encryption {\n    enabled = true\n  }\n}\n";
const PASS: &str = "resource \"aws_dynamodb_table\" \"t\" {\n  name = \"t\"\n  server_side_encryption {\n    enabled = true\n  }\n}\n";
const UNKNOWN: &str = "variable \"on\" {\n  type = bool\n}\nresource \"aws_dynamodb_table\" \"t\" {\n  server_side_encryption {\n    enabled = var.on\n  }\n}\n";
const INDEX: &str = "  global_secondary_index {\n    name = \"i\"\n  }\n}\n";

/// A directory of rules, gone with the test.
struct Rules(PathBuf);

impl Rules {
    /// One sound rule with its fixtures, changed by `changes`: path below the rule's own name, text.
    fn new(name: &str, changes: &[(&str, &str)]) -> Self {
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("checks-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        let rules = Self(path);
        for (file, text) in [
            ("rules/acme/db/rule.hcl", RULE),
            ("templates/acme/db/rule.tf.tera", TEMPLATE),
            ("fixtures/acme/db/rule/fail.tf", FAIL),
            ("fixtures/acme/db/rule/fixed.tf", FIXED),
            ("fixtures/acme/db/rule/pass.tf", PASS),
            ("fixtures/acme/db/rule/unknown.tf", UNKNOWN),
        ]
        .iter()
        .chain(changes)
        {
            let file = rules.0.join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        rules
    }

    fn failures(&self) -> Vec<String> {
        let pool = rayon::ThreadPoolBuilder::new().stack_size(64 << 20).build().unwrap();
        pool.install(|| trueup::cli::rules_test::run(&self.0, &[])).unwrap().failures
    }
}

impl Drop for Rules {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[track_caller]
fn finds(name: &str, changes: &[(&str, &str)], expected: &str) {
    let failures = Rules::new(name, changes).failures();
    assert!(
        failures.iter().any(|failure| failure.contains(expected)),
        "{expected:?} is not among {failures:#?}"
    );
}

#[test]
fn a_sound_rule_has_no_failures() {
    assert_eq!(Rules::new("sound", &[]).failures(), Vec::<String>::new());
}

#[test]
fn names_of_a_template_stand_in_the_schema_also_where_it_is_not_rendered() {
    let template = |line: &str| {
        TEMPLATE.replace(
            "    enabled = true\n",
            &format!("    enabled = true\n{{% if self.nothing %}}\n    {line}\n{{% endif %}}\n"),
        )
    };
    let at = "templates/acme/db/rule.tf.tera";
    finds(
        "attribute",
        &[(at, &template("not_there = true"))],
        "server_side_encryption has no attribute not_there",
    );
    finds("block", &[(at, &template("key {\n    }"))], "server_side_encryption has no block key");
    finds(
        "type",
        &[(at, &format!("{TEMPLATE}\nresource \"aws_dynamo\" \"x\" {{\n}}\n"))],
        "aws_dynamo is in no schema",
    );
}

#[test]
fn names_of_a_rule_stand_in_the_schema_through_nested_blocks() {
    let rule = RULE.replace("server_side_encryption[0].enabled", "server_side_encryption[0].not_there");
    finds(
        "nested",
        &[("rules/acme/db/rule.hcl", &rule)],
        "self.server_side_encryption.not_there is in no schema",
    );
    let rule = RULE.replace(
        "    && alltrue",
        "    && length(referrers(\"aws_s3_bucket_acl\", \"bukket\")) == 0\n    && alltrue",
    );
    finds("asked", &[("rules/acme/db/rule.hcl", &rule)], "aws_s3_bucket_acl bukket is in no schema");
}

#[test]
fn a_list_that_a_rule_walks_over_is_left_out_somewhere() {
    let with = |text: &str| format!("{}{INDEX}", text.strip_suffix("}\n").unwrap());
    let changes = [
        ("fixtures/acme/db/rule/fail.tf", with(FAIL)),
        ("fixtures/acme/db/rule/fixed.tf", with(FIXED)),
        ("fixtures/acme/db/rule/pass.tf", with(PASS)),
        ("fixtures/acme/db/rule/unknown.tf", with(UNKNOWN)),
    ];
    let changes: Vec<(&str, &str)> = changes.iter().map(|(path, text)| (*path, text.as_str())).collect();
    finds(
        "list",
        &changes,
        "the rule walks over self.global_secondary_index, but no fixture leaves that out",
    );
}

#[test]
fn a_fix_is_laid_out_as_terraform_fmt_does_it() {
    let template = TEMPLATE.replace("    enabled = true\n", "      enabled  = true\n");
    let fixed = FIXED.replace("    enabled = true\n", "      enabled  = true\n");
    finds(
        "format",
        &[("templates/acme/db/rule.tf.tera", &template), ("fixtures/acme/db/rule/fixed.tf", &fixed)],
        "of the fixed text is not laid out as terraform fmt does it",
    );
}

#[test]
fn stems_without_a_rule_are_named() {
    finds(
        "template",
        &[("templates/acme/db/other.tf.tera", "")],
        "templates/acme/db/other: there is no rule",
    );
    finds("fixture", &[("fixtures/acme/db/other/fail.tf", FAIL)], "fixtures/acme/db/other: there is no rule");
    finds(
        "fixed",
        &[("fixtures/acme/db/rule/fixed-x.tf", PASS)],
        "fixtures/acme/db/rule/fixed-x: there is no fail-x",
    );
    finds("shallow", &[("fixtures/acme/fail.tf", FAIL)], "fixtures stand in cloud/service/name/");
    finds("ending", &[("rules/acme/db/note.txt", "")], "rules/acme/db/note.txt: there is no rule of that id");
}

#[test]
fn a_broken_rule_does_not_stop_the_others() {
    let rules = Rules::new(
        "broken",
        &[("rules/acme/db/worse.hcl", "rule {\n  title = 1\n}\n"), ("fixtures/acme/db/rule/pass.tf", FAIL)],
    );
    let failures = rules.failures();
    assert!(
        failures.iter().any(|it| it.starts_with("rules/acme/db/worse.hcl:2:3: title must be")),
        "{failures:#?}"
    );
    assert!(
        failures.iter().any(|it| it.starts_with("fixtures/acme/db/rule/pass: expected pass")),
        "{failures:#?}"
    );
}
