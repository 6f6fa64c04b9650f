//! Holds the layout: who may use whom, where files are read, how large a file may be.

#![allow(clippy::unwrap_used, reason = "a test that can't read the sources must fail")]

use std::path::{Path, PathBuf};

const ORDER: [&str; 9] =
    ["source", "syntax", "schema", "eval", "graph", "findings", "rules", "fixes", "report"];

fn files(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            out.push(path);
        }
    }
}

/// Row of the table, path, and text without the unit tests at the end.
fn sources() -> Vec<(String, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    files(&root, &mut paths);
    paths.sort();
    let read = |path: &PathBuf| {
        let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        let text = std::fs::read_to_string(path).unwrap();
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
        (name.split('/').next().unwrap().to_owned(), name, text)
    };
    paths.iter().map(read).collect()
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
fn no_file_is_over_600_lines_without_its_tests() {
    for (_, name, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= 600, "{name} has {lines} lines");
    }
}
