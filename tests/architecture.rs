//! Holds the layout: what lies where, who may use whom, where files are read, how large a file may be.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't read the sources must fail")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const ORDER: [&str; 9] =
    ["source", "syntax", "schema", "eval", "graph", "findings", "rules", "fixes", "report"];

/// What may lie at the top, beside files whose names begin with a dot and what cargo builds. GitHub looks for
/// `action.yml` only there, pip (which pre-commit calls) for `pyproject.toml`.
const TOP: [&str; 12] = [
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "action.yml",
    "fixtures",
    "pyproject.toml",
    "rules",
    "src",
    "target",
    "templates",
    "tests",
];

/// Names that say nothing of what is in a file or folder.
const EMPTY_NAMES: [&str; 8] = ["common", "helper", "helpers", "misc", "shared", "stuff", "util", "utils"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file under `dir`, but what tools leave there (`target`, a fuzzer's corpus).
fn walk(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy();
        if path.is_dir() && !["target", "corpus", "artifacts"].contains(&&*name) {
            walk(&path, out);
        } else if path.is_file() {
            out.push(path);
        }
    }
}

/// The paths under a top-level folder, relative to it, with `/`.
fn paths(folder: &str) -> Vec<String> {
    let root = root().join(folder);
    let mut found = Vec::new();
    walk(&root, &mut found);
    let name = |path: &PathBuf| path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
    let mut names: Vec<String> = found.iter().map(name).collect();
    names.sort();
    names
}

/// Row of the table, path, and text without the unit tests at the end.
fn sources() -> Vec<(String, String, String)> {
    let read = |name: String| {
        let text = std::fs::read_to_string(root().join("src").join(&name)).unwrap();
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
        (name.split('/').next().unwrap().to_owned(), name, text)
    };
    let rust = |name: &String| Path::new(name).extension().is_some_and(|ending| ending == "rs");
    paths("src").into_iter().filter(rust).map(read).collect()
}

fn allowed(row: &str, used: &str) -> bool {
    let place = |name: &str| ORDER.iter().position(|row| *row == name);
    match row {
        _ if row == used => true,
        "findings" => used == "source",
        "report" if ["eval", "graph", "syntax"].contains(&used) => false,
        "github" => ["findings", "fixes", "report"].contains(&used),
        _ => match (place(row), place(used)) {
            (Some(row), Some(used)) => used < row,
            (Some(_), None) => !["cli", "github"].contains(&used),
            _ => true,
        },
    }
}

#[test]
fn each_row_uses_only_the_rows_above_it() {
    for (row, name, text) in sources() {
        for used in text.split("crate::").skip(1) {
            let used = used.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
            assert!(allowed(&row, used), "{name} uses crate::{used}");
        }
    }
}

#[test]
fn files_are_touched_in_few_places() {
    for (row, name, text) in sources() {
        let tests = name.ends_with("tests.rs");
        let may = tests
            || row == "source"
            || row == "cli"
            || name.starts_with("fixes/apply")
            || name == "rules/embed.rs";
        assert!(may || !text.contains("std::fs"), "{name} uses std::fs");
        // Address types of `std::net` are fine anywhere; what opens a connection is not.
        for network in ["TcpStream", "TcpListener", "UdpSocket", "ToSocketAddrs", "octocrab"] {
            assert!(row == "github" || !text.contains(network), "{name} uses {network}");
        }
    }
}

#[test]
fn files_are_small() {
    let mut lengths = Vec::new();
    for (_, name, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= 600, "{name} has {lines} lines");
        lengths.push(lines);
    }
    lengths.sort_unstable();
    let (median, long) = (lengths.len() / 2, lengths.iter().filter(|lines| **lines > 350).count());
    assert!(
        lengths.get(median).unwrap() <= &180,
        "half of the files are over {:?} lines",
        lengths.get(median)
    );
    assert!(long * 10 <= lengths.len(), "{long} of {} files are over 350 lines", lengths.len());
}

#[test]
fn each_file_says_what_it_is_for() {
    for (_, name, text) in sources().into_iter().filter(|(_, name, _)| !name.ends_with("tests.rs")) {
        assert!(text.starts_with("//! "), "{name} begins without a //! comment");
    }
}

#[test]
fn the_top_holds_only_what_belongs_there() {
    for entry in std::fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let known = name.starts_with('.') || TOP.contains(&name.as_str());
        assert!(known, "{name} at the top: it belongs into src, rules, templates, fixtures or tests");
    }
}

#[test]
fn names_say_something() {
    for folder in ["src", "tests", "rules", "templates", "fixtures"] {
        for path in paths(folder) {
            let mut words = path.split('/').map(|part| part.split('.').next().unwrap_or(part));
            let empty = words.find(|word| EMPTY_NAMES.contains(word));
            assert_eq!(empty, None, "{folder}/{path} says nothing by its name");
        }
    }
}

/// The paths of a tree's rules: `aws/s3/bucket-versioning`.
fn stems(folder: &str, stem: impl Fn(&str) -> Option<&str>) -> BTreeSet<String> {
    let stem = |path: &String| {
        let found = stem(path).unwrap_or_else(|| panic!("{folder}/{path} is no part of a rule"));
        found.to_owned()
    };
    paths(folder).iter().filter(|path| !path.starts_with('_')).map(stem).collect()
}

#[test]
fn rules_templates_and_fixtures_mirror_each_other() {
    let rules = stems("rules", |path| path.strip_suffix(".hcl"));
    let templates = stems("templates", |path| path.strip_suffix(".tf.tera"));
    let fixtures =
        stems("fixtures", |path| path.match_indices('/').nth(2).and_then(|(at, _)| path.get(..at)));
    assert!(!rules.is_empty());
    assert!(rules.iter().all(|rule| rule.split('/').count() == 3), "a rule is cloud/service/name");
    let lost: Vec<_> = templates.difference(&rules).collect();
    assert!(lost.is_empty(), "templates without a rule: {lost:?}");
    assert_eq!(rules, fixtures, "each rule has fixtures, and each folder of fixtures a rule");
}
