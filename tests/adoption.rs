//! What is known, what is new, what is asked for: baselines, revisions, changed files, file arguments.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

mod scratch;

use std::collections::BTreeSet;
use std::process::Command;

use scratch::{Dir, Ran};

const RULE: [&str; 6] = ["check", "--no-fixes", "--format", "json", "--rule", "aws/ebs/volume-encrypted"];

fn volume(name: &str, more: &str) -> String {
    format!(
        "resource \"aws_ebs_volume\" \"{name}\" {{\n  availability_zone = \"eu-west-1a\"\n  size              = 1\n{more}}}\n"
    )
}

/// What a run says, by file and address.
fn found(ran: &Ran) -> BTreeSet<String> {
    let report: serde_json::Value =
        serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.all()));
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|it| format!("{} {} {} {}", it["file"], it["address"], it["instances"], it["fingerprint"]))
        .collect()
}

fn check(dir: &Dir, more: &[&str]) -> Ran {
    dir.run(&[&RULE[..], more].concat())
}

#[track_caller]
fn finds(ran: &Ran, wanted: &[&str]) {
    let found = found(ran);
    assert_eq!(found.len(), wanted.len(), "{found:?}");
    for name in wanted {
        assert!(found.iter().any(|it| it.contains(name)), "{name} is missing in {found:?}");
    }
    assert_eq!(ran.code, Some(i32::from(!wanted.is_empty())), "{}", ran.err);
}

fn git(dir: &Dir, arguments: &[&str]) {
    let output = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"])
        .args(["-c", "core.hooksPath=/dev/null", "-c", "protocol.file.allow=always"])
        .args(arguments)
        .current_dir(&dir.0)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn commit(dir: &Dir) {
    git(dir, &["add", "-A"]);
    git(dir, &["commit", "-q", "-m", "x", "--allow-empty"]);
}

/// A root, a module that it gives a value, and another root.
fn tree(name: &str) -> Dir {
    let dir = Dir::new(name);
    git(&dir, &["init", "-q", "-b", "main"]);
    dir.write(
        "main.tf",
        "module \"disks\" {\n  source    = \"./modules/disk\"\n  encrypted = local.encrypted\n}\n",
    );
    dir.write("locals.tf", "locals {\n  encrypted = true\n}\n");
    dir.write("variables.tf", "variable \"encrypted\" {\n  default = false\n}\n");
    dir.write("old.tf", volume("old", ""));
    let inside = format!("variable \"encrypted\" {{}}\n{}", volume("disk", "  encrypted = var.encrypted\n"));
    dir.write("modules/disk/main.tf", inside);
    dir.write("other/main.tf", volume("old", ""));
    commit(&dir);
    dir
}

#[test]
fn what_one_baseline_knows_is_not_gone_from_another() {
    let dir = tree("adoption-both");
    dir.run(&["check", "--write-baseline", "known.json"]).said(0, &["wrote"]);
    let ran = dir.run(&["check", "--baseline", "known.json", "--since", "HEAD"]);
    ran.said(0, &["of the baseline known.json", "of the commit"]);
    assert!(!ran.all().contains("Gone since"), "{}", ran.all());
}

#[test]
fn a_baseline_knows_findings_wherever_lines_and_files_move() {
    let dir = Dir::new("baseline");
    dir.write("prod/main.tf", volume("a", "  count = 2\n"));
    dir.write("dev/main.tf", volume("a", ""));
    dir.run(&["check", "--write-baseline", "known.json"]).said(0, &["wrote 2 findings to known.json"]);
    let text = std::fs::read_to_string(dir.0.join("known.json")).unwrap();
    dir.run(&["check", "--write-baseline", "known.json"]).said(0, &[]);
    assert_eq!(text, std::fs::read_to_string(dir.0.join("known.json")).unwrap());
    assert!(!text.contains("line"), "{text}");
    let known = ["--baseline", "known.json"];
    finds(&check(&dir, &known), &[]);
    // Lines move, and the block goes to another file of its directory.
    dir.write("prod/main.tf", "locals {}\n");
    dir.write("prod/disks.tf", format!("# more\n\n{}", volume("a", "  count = 2\n")));
    finds(&check(&dir, &known), &[]);
    // A directory gets another name.
    std::fs::rename(dir.0.join("dev"), dir.0.join("test")).unwrap();
    finds(&check(&dir, &known), &[]);
    std::fs::rename(dir.0.join("test"), dir.0.join("dev")).unwrap();
    // The same address in one more root, and one more instance, are new.
    dir.write("stage/main.tf", volume("a", ""));
    finds(&check(&dir, &known), &["stage/main.tf"]);
    std::fs::remove_dir_all(dir.0.join("stage")).unwrap();
    dir.write("prod/disks.tf", volume("a", "  count = 3\n"));
    finds(&check(&dir, &known), &["prod/disks.tf"]);
    // What is gone is told, but not where only a part was looked at.
    dir.write("prod/disks.tf", volume("a", "  encrypted = true\n"));
    check(&dir, &known).said(0, &["\"gone\": [\n", "prod/main.tf"]);
    check(&dir, &["--baseline", "known.json", "dev/main.tf"]).said(0, &["\"gone\": []", "\"count\": 1"]);
    dir.run(&["check", "--baseline", "known.json"]).said(0, &["Gone since: aws/ebs/volume-encrypted"]);
}

#[test]
fn a_baseline_stands_in_the_settings_and_what_is_none_is_refused() {
    let dir = Dir::new("baseline-bad");
    dir.write("main.tf", volume("a", ""));
    dir.write(".trueup.hcl", "baseline = \"known.json\"\n");
    check(&dir, &[]).said(2, &["known.json can't be read", "--write-baseline known.json"]);
    dir.run(&["check", "--write-baseline", "known.json"]).said(0, &[]);
    finds(&check(&dir, &[]), &[]);
    finds(&check(&dir, &["--no-baseline"]), &["main.tf"]);
    dir.write("known.json", "{\n  \"schema_version\": 1,\n  \"findings\": [{}]\n}\n");
    check(&dir, &[]).said(2, &["line 3", "missing field `rule`"]);
    dir.write("known.json", "{\"schema_version\": 7, \"findings\": []}");
    check(&dir, &[]).said(2, &["schema_version 7"]);
    let part = ["check", "--write-baseline", "new.json", "main.tf"];
    dir.run(&part).said(2, &["only a part of it"]);
    dir.write("bad.tf", "resource {{{");
    dir.run(&["check", "--write-baseline", "new.json"]).said(2, &["not everything could be judged"]);
    assert!(!dir.0.join("new.json").exists());
}

#[test]
fn since_a_revision_only_what_is_new_counts() {
    let dir = tree("since");
    finds(&check(&dir, &[]), &["old.tf", "other/main.tf"]);
    finds(&check(&dir, &["--since", "main"]), &[]);
    git(&dir, &["checkout", "-q", "-b", "feature"]);
    // By a local of the root, in a module that nobody touched; and in a file that git does not know.
    dir.write("locals.tf", "locals {\n  encrypted = var.encrypted\n}\n");
    dir.write("untracked.tf", volume("new", ""));
    finds(&check(&dir, &["--since", "main"]), &["modules/disk/main.tf", "untracked.tf"]);
    dir.run(&["fix", "--since", "main", "--rule", "aws/ebs/volume-encrypted", "--allow-replace"])
        .said(0, &["2 proved fixes"]);
    // Work on the other branch does not count, nor do objects and references that were packed.
    commit(&dir);
    git(&dir, &["checkout", "-q", "main"]);
    dir.write("old.tf", "");
    commit(&dir);
    git(&dir, &["checkout", "-q", "feature"]);
    git(&dir, &["gc", "-q"]);
    git(&dir, &["pack-refs", "--all"]);
    finds(&check(&dir, &["--since", "main"]), &["modules/disk/main.tf", "untracked.tf"]);
    finds(&check(&dir, &["--since", "main", "locals.tf"]), &["modules/disk/main.tf", "untracked.tf"]);
    // A comment that goes opens what it silenced.
    dir.write(
        "other/main.tf",
        format!("# trueup:ignore aws/ebs/volume-encrypted reason=\"x\"\n{}", volume("old", "")),
    );
    commit(&dir);
    dir.write("other/main.tf", volume("old", ""));
    finds(&check(&dir, &["--since", "HEAD"]), &["other/main.tf"]);
    // A linked worktree, from a directory below.
    git(&dir, &["worktree", "add", "-q", "linked"]);
    dir.write("linked/sub/main.tf", volume("sub", ""));
    let mut linked = dir.command(&[&RULE[..], &["--since", "main"]].concat());
    finds(&Ran::new(&linked.current_dir(dir.0.join("linked/sub")).output().unwrap()), &["main.tf"]);
}

#[test]
fn a_revision_that_is_not_there_says_how_to_get_it() {
    let dir = tree("since-missing");
    check(&dir, &["--since", "origin/main"]).said(2, &["no commit origin/main", "git fetch origin main"]);
    dir.write("old.tf", "");
    commit(&dir);
    let url = format!("file://{}", dir.0.display());
    git(&dir, &["clone", "-q", "--depth", "1", &url, "shallow"]);
    git(&dir, &["checkout", "-q", "--orphan", "apart"]);
    commit(&dir);
    let shallow = Dir(dir.0.join("shallow"));
    git(&shallow, &["fetch", "-q", "--depth", "1", "origin", "apart:apart"]);
    check(&shallow, &["--since", "apart"]).said(2, &["shallow clone", "--unshallow"]);
    check(&dir, &["--since", "main"]).said(2, &["no commit in common"]);
    // A directory of its own: no checkout around it would be asked.
    let bare = Dir::new("since-none");
    std::fs::write(bare.0.join("main.tf"), volume("a", "")).unwrap();
    dir.write("plan.json", "{}");
    check(&dir, &["--since", "main", "plan.json"]).said(2, &["a plan is named"]);
}

#[test]
fn what_a_change_took_away_is_new_too() {
    let dir = Dir::new("since-gone");
    git(&dir, &["init", "-q", "-b", "main"]);
    dir.write("main.tf", volume("a", ""));
    dir.write("default.tf", "resource \"aws_ebs_encryption_by_default\" \"on\" {\n  enabled = true\n}\n");
    commit(&dir);
    finds(&check(&dir, &[]), &[]);
    std::fs::remove_file(dir.0.join("default.tf")).unwrap();
    finds(&check(&dir, &["--since", "HEAD"]), &["main.tf"]);
    // A file that is gone stands for its module, named or not.
    finds(&check(&dir, &["--changed-only"]), &["main.tf"]);
    finds(&check(&dir, &["default.tf"]), &["main.tf"]);
    check(&dir, &["defaults.tf"]).said(2, &["there is no such file"]);
}

#[test]
fn changed_files_lead_to_what_they_decide() {
    let dir = tree("changed");
    finds(&check(&dir, &["--changed-only"]), &[]);
    // The literal that decides is in variables.tf, which did not change: the local on the way did.
    dir.write("locals.tf", "locals {\n  encrypted = var.encrypted\n}\n");
    finds(&check(&dir, &["--changed-only"]), &["modules/disk/main.tf"]);
    commit(&dir);
    finds(&check(&dir, &["--changed-only"]), &[]);
    finds(&check(&dir, &["--changed-only", "--since", "HEAD~1"]), &["modules/disk/main.tf"]);
    dir.write("terraform.tfvars", "encrypted = false\n");
    finds(&check(&dir, &["--changed-only"]), &["modules/disk/main.tf"]);
    finds(&check(&dir, &["--changed-only", "other/main.tf"]), &[]);
    // Settings concern everything; line ends are nothing.
    git(&dir, &["checkout", "-q", "."]);
    std::fs::remove_file(dir.0.join("terraform.tfvars")).unwrap();
    dir.write("old.tf", volume("old", "").replace('\n', "\r\n"));
    finds(&check(&dir, &["--changed-only"]), &[]);
    dir.write(".trueup.hcl", "settings = { accounts = [] }\n");
    finds(&check(&dir, &["--changed-only"]), &["\"old.tf", "other/main.tf", "modules/disk/main.tf"]);
}

#[test]
fn a_list_of_files_may_be_split_anywhere() {
    let dir = tree("split");
    dir.write("locals.tf", "locals {\n  encrypted = var.encrypted\n}\n");
    dir.write(
        "second/main.tf",
        "module \"a\" {\n  source    = \"../modules/disk\"\n  encrypted = false\n}\n",
    );
    dir.write("env/prod.tfvars", "encrypted = false\n");
    dir.write(
        ".trueup.hcl",
        "environment \"prod\" {\n  roots     = [\"/second\"]\n  var_files = [\"env/prod.tfvars\"]\n}\n",
    );
    dir.write("clean/main.tf", volume("fine", "  encrypted = true\n"));
    dir.write("broken/main.tf", "resource \"a\" {{\n");
    dir.write("third/main.tf.json", "{\"resource\": {\"aws_ebs_volume\": {\"j\": {\"size\": 1}}}}");
    let files = [
        "clean/main.tf",
        "main.tf",
        "modules/disk/main.tf",
        "second/main.tf",
        "env/prod.tfvars",
        "third/main.tf.json",
        "broken/main.tf",
    ];
    for mask in 0..1_u32 << files.len() {
        // Every pair of parts, for a few lists.
        if mask % 5 != 1 {
            continue;
        }
        let part = |wanted: u32| -> Vec<&str> {
            let names = files.iter().enumerate().filter(|(at, _)| mask >> at & 1 == wanted);
            names.map(|(_, name)| *name).collect()
        };
        let parts = [part(1), part(0)];
        let ran: Vec<Ran> = parts.iter().filter(|it| !it.is_empty()).map(|part| check(&dir, part)).collect();
        let union: BTreeSet<String> = ran.iter().flat_map(found).collect();
        let whole = check(&dir, &files);
        assert_eq!(union, found(&whole), "{parts:?}");
        assert_eq!(ran.iter().map(|it| it.code).max().unwrap(), whole.code, "{parts:?}");
    }
    // A module is judged as its callers use it, and nothing else is told.
    let module = check(&dir, &["modules/disk/main.tf"]);
    finds(&module, &["module.a"]);
    finds(&check(&dir, &["clean/main.tf"]), &[]);
    check(&dir, &["broken/main.tf"]).said(2, &["broken/main.tf"]);
    let settings = check(&dir, &[".trueup.hcl"]);
    assert_eq!((found(&settings), settings.code), (found(&check(&dir, &[])), Some(2)));
}

#[test]
fn files_that_a_walk_passes_over_are_passed_over_when_named() {
    let dir = Dir::new("passed-over");
    dir.write(".gitignore", "build/\n*.auto.tfvars\n");
    dir.write("main.tf", volume("a", ""));
    dir.write("build/main.tf", volume("b", ""));
    dir.write(".terraform/modules/x/main.tf", volume("c", ""));
    dir.write("notes.md", "x");
    check(&dir, &["build/main.tf", ".terraform/modules/x/main.tf", "notes.md"]).said(
        0,
        &["build/main.tf is passed over", "modules/x/main.tf is passed over", "notes.md is no Terraform"],
    );
    finds(&check(&dir, &["build/main.tf", "main.tf"]), &["\"main.tf"]);
    finds(&check(&dir, &["build"]), &["build/main.tf"]);
}

#[test]
fn exceptions_hold_where_they_say() {
    let dir = Dir::new("exceptions");
    dir.write("main.tf", format!("{}{}", volume("a", "  count = 2\n"), volume("b", "")));
    let exception = |what: &str| {
        format!(
            "exception \"CKV_AWS_3\" {{\n  {what}\n  reason   = \"Scratch\"\n  approver = \"Jane Doe\"\n  until    = \"2027-01-31\"\n}}\n"
        )
    };
    dir.write(".trueup.hcl", exception("addresses = [\"aws_ebs_volume.a\"]"));
    let ran = check(&dir, &[]);
    ran.said(
        1,
        &["\"suppressed\": 1", "\"approver\": \"Jane Doe\"", "exception, .trueup.hcl:1", "\"fail\": 1"],
    );
    dir.run(&["check", "--format", "sarif", "--no-inline-ignores"])
        .said(1, &["\"approver\": \"Jane Doe\"", "external"]);
    dir.write(".trueup.hcl", exception("addresses = [\"aws_ebs_volume.a[0]\"]"));
    assert!(found(&check(&dir, &[])).iter().any(|it| it.contains("[\"aws_ebs_volume.a[1]\"]")));
    dir.write(".trueup.hcl", exception("paths = [\"*.tf\"]"));
    check(&dir, &["--today", "2027-01-31"]).said(0, &["\"suppressed\": 2"]);
    check(&dir, &["--today", "2027-02-01"]).said(1, &["\"fail\": 3", "has expired after 2027-01-31"]);
    dir.write(".trueup.hcl", exception("paths = [\"live/\"]"));
    check(&dir, &[]).said(1, &["the exception for CKV_AWS_3 holds for nothing"]);
    assert!(!check(&dir, &["main.tf"]).out.contains("holds for nothing"));
}

#[test]
fn scope_and_threshold_are_heard() {
    let dir = Dir::new("scope");
    dir.write("main.tf", volume("a", ""));
    dir.write("examples/main.tf", volume("b", ""));
    dir.write(".trueup.hcl", "threshold = \"critical\"\nscope {\n  exclude = [\"examples/\"]\n}\n");
    check(&dir, &[]).said(0, &["\"fail\": 1", "\"left_out\": 1"]);
    check(&dir, &["--threshold", "high"]).said(1, &[]);
    check(&dir, &["examples/main.tf"]).said(0, &["\"fail\": 0"]);
    dir.write(".trueup.hcl", "scope {\n  criteria = [\"CC8\", \"A\"]\n}\n");
    dir.run(&["check"]).said(0, &["Nothing failed"]);
    dir.write(".trueup.hcl", "scope {\n  criteria = [\"cc6\"]\n}\n");
    check(&dir, &[]).said(1, &["\"fail\": 2"]);
}

#[test]
fn wrong_settings_are_told_with_their_line() {
    let dir = Dir::new("settings-bad");
    dir.write("main.tf", volume("a", ""));
    for (text, said) in [
        ("\nthreshhold = \"high\"\n", [".trueup.hcl:2: threshhold is not known", "did you mean threshold?"]),
        ("threshold = \"severe\"\n", [".trueup.hcl:1: threshold must be one of", "critical"]),
        ("settings = {}\nsettings = {}\n", [".trueup.hcl:2", "set twice"]),
        ("settings = {\n  a = var.x\n}\n", [".trueup.hcl:1", "not written out"]),
        ("exception \"a\" {\n  reason = \"x\"\n}\n", [".trueup.hcl:1", "has no approver"]),
        ("exception {\n}\n", [".trueup.hcl:1", "needs one name"]),
        ("exception \"a\" {\n  until = \"soon\"\n}\n", [".trueup.hcl:2", "YYYY-MM-DD"]),
        ("scope {\n  criteria = [\"CC99\"]\n}\n", [".trueup.hcl:2", "no criterion is called CC99"]),
        (
            "environment \"a\" {\n  root = []\n}\n",
            [".trueup.hcl:2: root is not known", "did you mean roots?"],
        ),
        ("scope = {}\n", [".trueup.hcl:1", "write it as a block"]),
        ("settings = {\n", [".trueup.hcl:", "error"]),
    ] {
        dir.write(".trueup.hcl", text);
        check(&dir, &[]).said(2, &said);
    }
}

#[test]
fn a_fixing_hook_says_what_is_left() {
    let dir = Dir::new("fix-exit");
    dir.write("main.tf", "resource \"aws_kms_key\" \"a\" {\n}\n");
    let fix = ["fix", "--write", "--rule", "aws/kms/key-rotation", "main.tf"];
    dir.run(&fix).said(0, &["1 proved fix applied"]);
    dir.write("main.tf", volume("a", ""));
    let left = ["fix", "--write", "--rule", "aws/ebs/volume-encrypted", "main.tf"];
    dir.run(&left).said(1, &["0 proved fixes applied, 1 left"]);
    dir.run(&[&left[..], &["--threshold", "critical"]].concat()).said(0, &[]);
}
