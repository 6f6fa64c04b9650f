//! `trueup init`, and what shells and `man` read.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod scratch;

use std::io::Write as _;
use std::process::Stdio;

use scratch::{Dir, Ran};

/// A run that is given answers.
fn answered(dir: &Dir, answers: &str) -> Ran {
    let mut command = dir.command(&["init"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(answers.as_bytes());
    Ran::new(&child.wait_with_output().unwrap())
}

#[test]
fn everything_is_written_once() {
    let dir = Dir::new("init-all");
    dir.write("main.tf", "resource \"aws_kms_key\" \"a\" {\n}\n");
    let wrote = ["wrote .trueup.hcl", "wrote .pre-commit-config.yaml", "wrote .github/workflows/trueup.yml"];
    dir.run(&["init", "--yes", "--baseline"]).said(0, &[&wrote[..], &["to .trueup-baseline.json"]].concat());
    dir.run(&["check"]).said(0, &["Known, and not listed"]);
    let hooks = dir.read(".pre-commit-config.yaml");
    let version = env!("CARGO_PKG_VERSION");
    assert!(hooks.contains(&format!("rev: v{version}\n")) && hooks.contains("- id: trueup\n"), "{hooks}");
    let workflow = dir.read(".github/workflows/trueup.yml");
    assert!(workflow.contains(&format!("uses: OWNER/trueup@v{version}\n")), "{workflow}");
    let before =
        [".trueup.hcl", ".pre-commit-config.yaml", ".github/workflows/trueup.yml", ".trueup-baseline.json"]
            .map(|name| dir.read(name));
    dir.run(&["init", "--yes", "--baseline"]).said(0, &["left as it is", "is there already"]);
    let after =
        [".trueup.hcl", ".pre-commit-config.yaml", ".github/workflows/trueup.yml", ".trueup-baseline.json"]
            .map(|name| dir.read(name));
    assert_eq!(before, after);
}

#[test]
fn what_is_there_stays() {
    let dir = Dir::new("init-there");
    let hooks = "repos:\n-   repo: https://github.com/pre-commit/pre-commit-hooks\n    rev: v5.0.0\n    hooks:\n    -   id: check-yaml\n\n# the end\n";
    dir.write(".pre-commit-config.yaml", hooks);
    dir.run(&["init", "--hook"]).said(0, &["added the hook to .pre-commit-config.yaml"]);
    let added = dir.read(".pre-commit-config.yaml");
    assert!(added.starts_with(hooks.split("\n# the end").next().unwrap()), "{added}");
    assert!(
        added.ends_with("\n# the end\n") && added.contains("\n- repo: https://github.com/OWNER/trueup\n"),
        "{added}"
    );
    assert!(!dir.0.join(".github").exists());
    dir.write(".pre-commit-config.yaml", "repos: []\n");
    dir.run(&["init", "--hook"]).said(0, &["Add this to its repos", "- id: trueup"]);
    assert_eq!(dir.read(".pre-commit-config.yaml"), "repos: []\n");
    dir.write(".gitlab-ci.yml", "test:\n  script: [true]\n");
    dir.run(&["init", "--workflow", "gitlab"]).said(0, &["Add this job to it", "trueup check"]);
    assert_eq!(dir.read(".gitlab-ci.yml"), "test:\n  script: [true]\n");
    // A settings file that can't be read stops it before anything is written.
    dir.write(".trueup.hcl", "x = 1\n");
    dir.run(&["init", "--workflow", "github"]).said(2, &[".trueup.hcl:1"]);
    assert!(!dir.0.join(".github").exists());
}

#[test]
fn it_asks_and_hears_no() {
    let dir = Dir::new("init-asks");
    let ran = answered(&dir, "n\n\nno\n");
    ran.said(0, &["add a hook", "write .github/workflows/trueup.yml", "so that only what is new fails"]);
    assert!(dir.0.join(".github/workflows/trueup.yml").exists());
    assert!(!dir.0.join(".pre-commit-config.yaml").exists() && !dir.0.join(".trueup-baseline.json").exists());
    let nobody = Dir::new("init-nobody");
    nobody.run(&["init"]).said(2, &["nobody answers", "--workflow github"]);
    assert!(!nobody.0.join(".trueup.hcl").exists());
}

#[test]
fn shells_and_man_are_served() {
    let dir = Dir::new("manual");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = dir.run(&["completions", shell]);
        assert!(ran.code == Some(0) && ran.out.contains("write-baseline"), "{shell}");
    }
    dir.run(&["man"]).said(0, &[".TH trueup", "trueup\\-check"]);
    dir.run(&["man", "--dir", "pages"]).said(0, &["wrote the pages"]);
    assert!(dir.read("pages/trueup-check.1").contains("changed\\-only"));
    dir.write("file", "");
    dir.run(&["man", "--dir", "file"]).said(2, &["file can't be written"]);
}
