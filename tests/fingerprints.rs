//! A finding stays the same finding: through moved lines, renamed files and `moved` blocks.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod scratch;

use scratch::Dir;

const RULE: [&str; 5] = ["check", "--format", "json", "--rule", "aws/kms/key-rotation"];

fn fingerprint(name: &str, files: &[(&str, &str)]) -> String {
    let dir = Dir::new(name);
    for (path, text) in files {
        dir.write(path, text);
    }
    let report: serde_json::Value = serde_json::from_str(&dir.run(&RULE).out).unwrap();
    report["findings"][0]["fingerprint"].as_str().unwrap().to_owned()
}

const KEY: &str = "resource \"aws_kms_key\" \"a\" {\n}\n";

#[test]
fn lines_files_and_keys_do_not_count() {
    let first = fingerprint("print-first", &[("main.tf", KEY)]);
    assert_eq!(first, fingerprint("print-lines", &[("other.tf", &format!("# moved\n\n{KEY}"))]));
    assert_eq!(first, fingerprint("print-count", &[("main.tf", &KEY.replace("{\n", "{\n  count = 2\n"))]));
    assert_ne!(first, fingerprint("print-name", &[("main.tf", &KEY.replace("\"a\"", "\"b\""))]));
}

#[test]
fn moved_blocks_are_followed() {
    let first = fingerprint("print-before", &[("main.tf", KEY)]);
    let renamed = KEY.replace("\"a\"", "\"c\"");
    let chain = "moved {\n  from = aws_kms_key.a\n  to = aws_kms_key.b\n}\nmoved {\n  from = aws_kms_key.b\n  to = aws_kms_key.c\n}\n";
    assert_eq!(first, fingerprint("print-chain", &[("main.tf", &format!("{renamed}{chain}"))]));

    let call = "module \"keys\" {\n  source = \"./keys\"\n}\n";
    let into = "moved {\n  from = aws_kms_key.a\n  to = module.keys.aws_kms_key.a[0]\n}\n";
    let files = [("main.tf", &*format!("{call}{into}")), ("keys/main.tf", KEY)];
    assert_eq!(first, fingerprint("print-module", &files));

    let named = fingerprint("print-call", &[("main.tf", call), ("keys/main.tf", KEY)]);
    let other =
        "module \"kms\" {\n  source = \"./keys\"\n}\nmoved {\n  from = module.keys\n  to = module.kms\n}\n";
    assert_eq!(named, fingerprint("print-called", &[("main.tf", other), ("keys/main.tf", KEY)]));

    let circle = format!(
        "{KEY}moved {{\n  from = aws_kms_key.b\n  to = aws_kms_key.a\n}}\nmoved {{\n  from = aws_kms_key.a\n  to = aws_kms_key.b\n}}\n"
    );
    fingerprint("print-circle", &[("main.tf", &circle)]);
}
