//! What a configuration lacks is written to one new file, never over another.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod scratch;

use scratch::Dir;

const RULES: [&str; 4] =
    ["--rule", "aws/iam/access-analyzer-enabled", "--rule", "aws/ebs/encryption-by-default"];
const TREE: &str = "resource \"aws_cloudtrail\" \"main\" {\n  name           = \"main\"\n  s3_bucket_name = \"trail\"\n}\n\nresource \"aws_s3_account_public_access_block\" \"all\" {\n  block_public_acls       = true\n  block_public_policy     = true\n  ignore_public_acls      = true\n  restrict_public_buckets = true\n}\n";
const ADDED: &str = "resource \"aws_accessanalyzer_analyzer\" \"this\" {\n  analyzer_name = \"account\"\n  type          = \"ACCOUNT\"\n}\n\nresource \"aws_ebs_encryption_by_default\" \"this\" {\n  enabled = true\n}\n";

fn run(dir: &Dir, arguments: &[&'static str]) -> scratch::Ran {
    let all: Vec<&str> = arguments.iter().copied().chain(RULES).collect();
    dir.run(&all)
}

#[test]
fn it_is_shown_as_a_new_file_and_written_once() {
    let dir = Dir::new("new-file");
    dir.write("live/main.tf", TREE);
    let shown = run(&dir, &["fix"]);
    shown.said(0, &["--- /dev/null\n+++ b/live/trueup.tf\n@@ -0,0 +1,8 @@\n", "2 proved fixes"]);
    let added: String = ADDED.lines().flat_map(|line| ["+", line, "\n"]).collect();
    assert!(shown.out.ends_with(&added), "{}", shown.out);
    assert!(!dir.0.join("live/trueup.tf").exists());
    run(&dir, &["fix", "--write"]).said(1, &["0 proved fixes applied", "a person should look first"]);
    run(&dir, &["fix", "--write", "--allow-review"]).said(0, &["wrote live/trueup.tf"]);
    assert_eq!(dir.read("live/trueup.tf"), ADDED);
    assert_eq!(dir.read("live/main.tf"), TREE);
    run(&dir, &["fix", "--write", "--allow-review"]).said(0, &["0 proved fixes applied, 0 left"]);
    assert_eq!(std::fs::read_dir(dir.0.join("live")).unwrap().count(), 2, "nothing else is left behind");
}

#[test]
fn what_is_there_stays() {
    let dir = Dir::new("new-file-there");
    dir.write("main.tf", TREE);
    dir.write("trueup.tf", "# ours\r\nlocals {}\r\n");
    run(&dir, &["fix", "--write", "--allow-review"]).said(0, &["wrote trueup.tf"]);
    assert_eq!(dir.read("trueup.tf"), format!("# ours\nlocals {{}}\n\n{ADDED}").replace('\n', "\r\n"));
    // One that is not read is not known: it is not overwritten, and nothing else is written.
    let dir = Dir::new("new-file-hidden");
    dir.write("main.tf", TREE);
    dir.write(".gitignore", "trueup.tf\n");
    dir.write("trueup.tf", "locals {}\n");
    std::process::Command::new("git").args(["init", "-q"]).current_dir(&dir.0).status().unwrap();
    run(&dir, &["fix", "--write", "--allow-review"]).said(2, &["trueup.tf exists and was not read"]);
    assert_eq!(dir.read("trueup.tf"), "locals {}\n");
}

#[test]
fn nothing_is_added_where_no_baseline_is_kept() {
    let dir = Dir::new("new-file-none");
    dir.write("main.tf", "resource \"aws_instance\" \"web\" {\n  ami = \"a\"\n}\n");
    let shown = run(&dir, &["fix"]);
    assert!(shown.out.is_empty(), "{}", shown.out);
    dir.write("main.tf", TREE);
    dir.write(".trueup.hcl", "settings = {\n  baseline = false\n}\n");
    let shown = run(&dir, &["fix"]);
    assert!(shown.out.is_empty(), "{}", shown.out);
}
