//! Secrets planted everywhere a tree or a plan can hold one: no output of any command shows one.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

/// A directory of one test's own, gone with it.
struct Dir(PathBuf);

impl Dir {
    fn new(name: &str) -> Self {
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("secrets-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// With the planted tree.
    fn planted(name: &str) -> Self {
        let dir = Self::new(name);
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/secrets"), &dir.0);
        dir
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Everything that a run prints, which holds no planted secret.
    fn run(&self, arguments: &[&str], input: &str) -> String {
        let mut child = Command::new(env!("CARGO_BIN_EXE_trueup"))
            .args(arguments)
            .current_dir(&self.0)
            .env("COLUMNS", "120")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A run that asks nothing has closed its end already.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let Output { stdout, stderr, .. } = child.wait_with_output().unwrap();
        let all = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
        assert_eq!(leaks(&all), Vec::<&str>::new(), "{arguments:?}");
        assert!(!all.contains("panicked"), "{all}");
        all
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The lines that hold a planted secret, plain, in another case, or in base64.
fn leaks(text: &str) -> Vec<&str> {
    // `S3CR3T-PLANT` at each of the three offsets that base64 knows.
    let marks = ["S3CR3T-PLANT", "AKIAS3CR3T"];
    let encoded = ["UzNDUjNULVBM", "MzQ1IzVC1QTE", "M0NSM1QtUExB", "NDUjNULVBMQU"];
    let leaked = |line: &&str| {
        let upper = line.to_uppercase();
        marks.iter().any(|mark| upper.contains(mark)) || encoded.iter().any(|mark| line.contains(mark))
    };
    text.lines().filter(leaked).collect()
}

/// All outcomes.
const EVERY: &str = "pass,fail,undetermined,error,not_applicable";

/// Every way to look at what was concluded.
const REPORTS: [&[&str]; 12] = [
    &["check"],
    &["check", "--color", "always"],
    &["check", "--no-fixes", "--outcomes", EVERY],
    &["check", "--format", "json", "--outcomes", EVERY],
    &["check", "--format", "sarif"],
    &["check", "--rule", "aws/rds", "--format", "sarif"],
    &["check", "--rule", "aws/rds/not-public", "--format", "github"],
    &["check", "--format", "markdown", "--outcomes", EVERY],
    &["check", "--format", "gitlab"],
    &["check", "--format", "junit", "--outcomes", EVERY],
    &["check", "--format", "rdjson"],
    &["check", "--format", "csv", "--outcomes", EVERY],
];

#[test]
fn no_report_of_a_tree_shows_a_secret() {
    let dir = Dir::planted("reports");
    let planted = dir.0.join("main.tf");
    assert!(leaks(&std::fs::read_to_string(planted).unwrap()).len() > 25, "the search finds planted secrets");
    for arguments in REPORTS {
        let all = dir.run(arguments, "");
        assert!(all.contains("aws_db_instance.literal"), "{arguments:?}: {all}");
        assert!(all.contains("module.database.aws_db_instance.this"), "{arguments:?}");
    }
    // Around each comment that silences nothing the lines are quoted.
    let places = std::fs::read_to_string(dir.0.join("places.tf")).unwrap();
    assert!(leaks(&places).len() > 20);
    let quoted = dir.run(&["check", "--no-fixes"], "");
    for comment in places.lines().filter(|line| line.contains("# trueup:ignore")) {
        let drawn = |line: &str| line.contains('│') && line.ends_with(comment.trim());
        assert!(quoted.lines().any(drawn), "{comment}: {quoted}");
    }
    // What is not secret is still there.
    let shown = dir.run(&["check"], "");
    for kept in ["storage_encrypted   = false", "password            = \"****", "eu-west-1", "engine"] {
        assert!(shown.contains(kept), "{kept}: {shown}");
    }
    let json: Value = serde_json::from_str(&dir.run(&["check", "--format", "json"], "")).unwrap();
    let fixes: Vec<&Value> =
        json["findings"].as_array().unwrap().iter().map(|finding| &finding["fix"]).collect();
    assert!(fixes.iter().any(|fix| fix["edits"].as_array().is_some_and(|edits| !edits.is_empty())));
}

#[test]
fn a_printed_patch_applies_and_shows_no_secret() {
    let dir = Dir::planted("patch");
    for arguments in [&["fix"][..], &["fix", "--allow-replace"], &["fix", "--diff"]] {
        let out =
            Command::new(env!("CARGO_BIN_EXE_trueup")).args(arguments).current_dir(&dir.0).output().unwrap();
        let (patch, said) = (String::from_utf8(out.stdout).unwrap(), String::from_utf8(out.stderr).unwrap());
        assert_eq!(leaks(&patch), Vec::<&str>::new());
        assert_eq!(leaks(&said), Vec::<&str>::new());
        assert!(patch.contains("-  publicly_accessible = true\n+  publicly_accessible = false\n"), "{patch}");
        let left = "on aws_db_instance.literal: it touches a line that holds a secret";
        assert!(said.contains(left), "{said}");
        let copy_of = Dir::planted("applied");
        copy_of.write("p.diff", &patch);
        let Ok(git) = Command::new("git").args(["apply", "p.diff"]).current_dir(&copy_of.0).output() else {
            return; // no git on this machine
        };
        assert!(git.status.success(), "{}\n{patch}", String::from_utf8_lossy(&git.stderr));
        let after = std::fs::read_to_string(copy_of.0.join("main.tf")).unwrap();
        assert!(after.contains("password            = \"S3CR3T-PLANT-11\" // not S3CR3T-PLANT-12\n"));
    }
}

#[test]
fn a_fix_that_is_not_shown_is_still_written() {
    let dir = Dir::planted("write");
    dir.run(&["fix", "--write", "--allow-review", "--rule", "aws/rds/backup-retention"], "");
    let after = std::fs::read_to_string(dir.0.join("main.tf")).unwrap();
    assert!(after.contains("backup_retention_period"), "{after}");
    for at in 1..=22 {
        assert!(after.contains(&format!("S3CR3T-PLANT-{at:02}")), "secret {at} stays in the file");
    }
}

#[test]
fn questions_show_no_secret() {
    let dir = Dir::planted("ask");
    let all = dir.run(&["fix", "--interactive", "--allow-replace"], &"n\n".repeat(100));
    assert!(all.contains("password            = \"****"), "{all}");
    let all = dir.run(&["fix", "--interactive"], &"y\n".repeat(100));
    assert!(all.contains("wrote ./main.tf") || all.contains("wrote main.tf"), "{all}");
}

/// A plan in which each planted secret stands once where it is masked or told, and once, unmasked, in
/// the environment of a function of its own, which a rule reports.
fn plan() -> (Value, usize) {
    let mut count = 40;
    let mut changes = Vec::new();
    let mut secret = || {
        count += 1;
        let text = format!("S3CR3T-PLANT-{count}");
        let name = format!("f{count}");
        changes.push(json!({
            "address": format!("aws_lambda_function.{name}"), "mode": "managed",
            "type": "aws_lambda_function", "name": name,
            "change": {"actions": ["create"], "before": null, "after_unknown": {}, "after_sensitive": {},
                "after": {"function_name": name, "description": text, "environment": [
                    {"variables": {"A": text, "DB_PASSWORD": "literal-one"}}]}}
        }));
        text
    };
    let database = |after: Value, mask: Value| {
        json!({"address": "aws_db_instance.this", "mode": "managed", "type": "aws_db_instance", "name": "this",
            "change": {"actions": ["update"], "before": after, "before_sensitive": mask, "after": after,
                "after_unknown": {}, "after_sensitive": mask}})
    };
    let masked = database(
        json!({"password": secret(), "username": secret(), "tags": {"deep": [secret()]}, "publicly_accessible": true}),
        json!({"password": true, "username": true, "tags": {"deep": [true]}}),
    );
    let by_schema = json!({"address": "aws_db_instance.other", "mode": "managed", "type": "aws_db_instance",
        "name": "other", "change": {"actions": ["create"], "after": {"password": secret()}}});
    let drift = json!([{"address": "x.y", "mode": "managed", "type": "x", "name": "y", "change": {
        "actions": ["update"], "before": {"a": secret()}, "before_sensitive": {"a": true},
        "after": {"a": secret()}, "after_sensitive": {"a": true}}}]);
    let mut plan = json!({
        "format_version": "1.2",
        "variables": {
            "blob": {"value": secret()}, "short_lived": {"value": {"a": secret()}}, "db_password": {"value": secret()},
        },
        "planned_values": {
            "outputs": {"o": {"sensitive": true, "value": secret()}},
            "root_module": {"resources": [{"address": "x.y", "mode": "managed", "type": "x", "name": "y",
                "values": {"a": secret()}, "sensitive_values": {"a": true}}]},
        },
        "resource_drift": drift,
        "output_changes": {"o": {"actions": ["update"], "before": secret(), "before_sensitive": true,
            "after": {"list": [secret()]}, "after_sensitive": {"list": true}}},
        "prior_state": {"format_version": "1.0", "values": {"outputs": {"p": {"sensitive": true, "value": secret()}},
            "root_module": {"child_modules": [{"address": "module.m", "resources": [{"address": "module.m.data.x.y",
                "mode": "data", "type": "x", "name": "y", "values": {"a": secret()}, "sensitive_values": {"a": true}}]}]}}},
        "configuration": {
            "provider_config": {"aws": {"name": "aws", "expressions": {"secret_key": {"constant_value": secret()}}}},
            "root_module": {
                "variables": {
                    "blob": {"sensitive": true}, "short_lived": {"ephemeral": true},
                    "with_default": {"sensitive": true, "default": secret()},
                },
                "outputs": {"o": {"sensitive": true, "expression": {"constant_value": secret()}}},
                "module_calls": {"m": {"expressions": {"handed": {"constant_value": secret()}},
                    "module": {"variables": {"handed": {"sensitive": true}}}}},
                "resources": [{"address": "x.y", "mode": "managed", "type": "x", "name": "y",
                    "expressions": {"password": {"constant_value": secret()}},
                    "provisioners": [{"type": "local-exec", "expressions": {
                        "command": {"constant_value": format!("login --password={}", secret())}}}]}],
            },
        },
    });
    changes.extend([masked, by_schema]);
    plan.as_object_mut().unwrap().insert("resource_changes".to_owned(), Value::Array(changes));
    (plan, count - 40)
}

#[test]
fn no_report_of_a_plan_shows_a_secret() {
    let dir = Dir::new("plan");
    let (plan, count) = plan();
    assert!(count > 20);
    for (name, text) in [("plan.json", plan.to_string()), ("pretty.json", format!("{plan:#}"))] {
        dir.write(name, &text);
        for arguments in REPORTS {
            let all = dir.run(&[arguments, &[name]].concat(), "");
            assert!(all.contains("aws_db_instance.this"), "{arguments:?}: {all}");
        }
        dir.run(&["fix", name], "");
        let all = dir.run(&["check", "--format", "json", "--rule", "aws/lambda", name], "");
        let report: Value = serde_json::from_str(&all).unwrap();
        let mut hidden = BTreeSet::new();
        for finding in report["findings"].as_array().unwrap() {
            let values =
                finding["why"].as_array().unwrap().iter().map(|seen| seen["value"].as_str().unwrap());
            if values.into_iter().any(|value| value.contains("(sensitive value)")) {
                hidden.insert(finding["address"].to_string());
            }
        }
        assert_eq!(hidden.len(), count, "each unmasked copy is seen by a rule and hidden");
        // Cut off in the middle, and as a state.
        dir.write("cut.json", &text[..text.len() - 200]);
        dir.run(&["check", "cut.json"], "");
        dir.write(
            "state.json",
            &json!({"format_version": "1.0", "values": plan["prior_state"]["values"]}).to_string(),
        );
        dir.run(&["check", "state.json"], "");
        dir.run(&["check", "-"], &text);
    }
}

#[test]
fn settings_and_rules_that_are_wrong_show_no_secret() {
    let dir = Dir::planted("wrong");
    dir.write(
        ".trueup.hcl",
        "settings = { token = \"S3CR3T-PLANT-80\"\n  api_key = = \"S3CR3T-PLANT-81\" }\n",
    );
    assert!(dir.run(&["check"], "").contains("error"));
    std::fs::remove_file(dir.0.join(".trueup.hcl")).unwrap();
    dir.write(
        "own/rules/acme/db/named.hcl",
        "password = \"S3CR3T-PLANT-82\"\nrule {\n  title = = \"x\"\n}\n",
    );
    assert!(dir.run(&["check", "--rules", "own"], "").contains("error"));
    dir.write(
        "own/rules/acme/db/named.hcl",
        r#"# Shows what it should not.
rule {
  title    = "Shows the password"
  severity = "low"
  resource = ["aws_db_instance"]
  criteria = { "CC6.1" = "It is a test." }
  require  = self.password == "x" && self.domain == "y"
  message  = "${self.address} has ${self.password} and ${self.domain} of ${self.engine}"
}
"#,
    );
    dir.write(
        "own/rules/acme/vm/named.hcl",
        r#"# Shows what it should not.
rule {
  title    = "Shows the start script"
  severity = "low"
  resource = ["aws_instance"]
  criteria = { "CC6.1" = "It is a test." }
  require  = self.user_data == "x" && self.user_data_base64 == "y"
  message  = "${self.address} has ${self.user_data_base64 == null ? "none" : self.user_data_base64}"
}
"#,
    );
    let all = dir.run(&["check", "--rules", "own", "--rule", "acme"], "");
    assert!(all.contains("aws_instance.encoded has (sensitive value)"), "{all}");
    assert!(all.contains("handed_on = \"****"), "{all}");
    assert!(all.contains("aws_db_instance.write_only"), "{all}");
    dir.run(&["rules", "test", "own"], "");
}

#[test]
fn short_and_common_values_stay() {
    let dir = Dir::new("common");
    dir.write(
        "main.tf",
        r#"variable "login" {
  sensitive = true
  default   = { user = "admin", on = true, count = 1, env = "production", word = "database" }
}

resource "aws_db_instance" "database_of_production" {
  engine              = "postgres"
  username            = "admin"
  password            = "password"
  identifier          = "production"
  publicly_accessible = true
  port                = 1
}

output "login" {
  value     = var.login
  sensitive = true
}
"#,
    );
    let all = dir.run(&["check", "--rule", "aws/rds/not-public"], "");
    for kept in [
        "aws_db_instance.database_of_production is publicly accessible",
        "username            = \"admin\"",
        "password            = \"********\"",
        "identifier          = \"production\"",
        "publicly_accessible = true",
        "port                = 1",
    ] {
        assert!(all.contains(kept), "{kept}: {all}");
    }
}
