//! `fileset` finds the files that Terraform 1.11 finds: each answer below is one of `terraform console`.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod scratch;

use scratch::Dir;

const ANSWERS: &[(&str, &str, &[&str])] = &[
    ("files", "*", &[".hid", "a.txt", "b.txt", "c.json", "we[i]rd.txt"]),
    ("files", "**/*.json", &["c.json", "sub/.z.json", "sub/deep/y.json", "sub/x.json"]),
    ("files", "sub/**", &["sub/.z.json", "sub/deep/y.json", "sub/x.json"]),
    ("files", "sub/**/*.json", &["sub/.z.json", "sub/deep/y.json", "sub/x.json"]),
    ("files", "**.json", &["c.json"]),
    ("files", "**/deep/*", &["sub/deep/y.json"]),
    ("files", "*/*", &["sub/.z.json", "sub/x.json"]),
    ("files", "{a,b}.txt", &["a.txt", "b.txt"]),
    ("files", "[ab].txt", &["a.txt", "b.txt"]),
    ("files", "[!a].txt", &["a.txt"]),
    ("files", "[^a].txt", &["b.txt"]),
    ("files", "[a-b].txt", &["a.txt", "b.txt"]),
    ("files", "?.txt", &["a.txt", "b.txt"]),
    ("files", r"we\\[i\\]rd.txt", &["we[i]rd.txt"]),
    ("files", "./a.txt", &["a.txt"]),
    ("files", "sub//x.json", &["sub/x.json"]),
    ("files", "sub/", &[]),
    ("files", "", &[]),
    ("files/sub/..", "*.json", &["c.json"]),
    ("files/sub", "*.json", &[".z.json", "x.json"]),
    ("files/sub", "../*.json", &["../c.json"]),
];

fn tree(name: &str) -> Dir {
    let dir = Dir::new(name);
    for file in
        ["a.txt", "b.txt", ".hid", "c.json", "we[i]rd.txt", "sub/x.json", "sub/.z.json", "sub/deep/y.json"]
    {
        dir.write(&format!("files/{file}"), "");
    }
    dir
}

/// What `trueup explain` says first of a local.
fn value(dir: &Dir, expression: &str) -> String {
    dir.write("main.tf", format!("locals {{\n  found = {expression}\n}}\nresource \"aws_s3_bucket\" \"b\" {{\n  bucket = join(\",\", local.found)\n}}\n"));
    let ran = dir.run(&["explain", "aws_s3_bucket.b.bucket"]);
    ran.all()
}

#[test]
fn the_files_are_those_that_terraform_finds() {
    let dir = tree("fileset");
    for (base, pattern, wanted) in ANSWERS {
        let said = value(&dir, &format!("fileset(\"${{path.module}}/{base}\", \"{pattern}\")"));
        let wanted = format!("{:?}", wanted.join(","));
        assert!(said.contains(&wanted), "{base} {pattern}: {wanted} is not in\n{said}");
    }
}

#[test]
fn what_is_no_pattern_is_refused_and_what_is_not_there_not_known() {
    let dir = tree("fileset-unknown");
    for pattern in ["[", "{a", "{a,sub/x}.*", "[]"] {
        let said = value(&dir, &format!("fileset(\"files\", \"{pattern}\")"));
        assert!(said.contains("is not complete"), "{pattern}: {said}");
    }
    for base in ["nowhere", "..", "../..", "/etc"] {
        let said = value(&dir, &format!("fileset(\"{base}\", \"*.tf*\")"));
        assert!(said.contains("fileset"), "{base}: {said}");
        assert!(!said.contains("main.tf\""), "{base}: {said}");
    }
}
