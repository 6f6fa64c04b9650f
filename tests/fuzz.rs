//! Every fuzz target over its seeds: what once went wrong stays mended, and the targets still build.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "targets panic where a promise is broken; the output names the seed"
)]

#[path = "fuzz/targets.rs"]
mod targets;

use std::path::{Path, PathBuf};

fn files(dir: &Path, ending: &str, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, ending, into);
        } else if path.to_string_lossy().ends_with(ending) {
            into.push(path);
        }
    }
}

/// Runs `target` over each file under `dir` whose name ends with `ending`.
fn over(dir: &str, ending: &str, target: fn(&[u8])) {
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(dir), ending, &mut found);
    found.sort();
    assert!(!found.is_empty(), "{dir} has no file");
    for path in found {
        println!("{}", path.display());
        let data = std::fs::read(&path).unwrap();
        targets::with_stack(|| target(&data));
    }
}

macro_rules! seeds {
    ($($name:ident),+ $(,)?) => {
        $(#[test]
        fn $name() {
            over(concat!("tests/fuzz/seeds/", stringify!($name)), "", targets::$name);
        })+

        #[test]
        fn no_target_is_missing() {
            let mut found = Vec::new();
            files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/fuzz_targets"), ".rs", &mut found);
            let mut names: Vec<_> = found.iter().map(|path| path.file_stem().unwrap().to_str().unwrap()).collect();
            names.sort_unstable();
            let mut tested = vec![$(stringify!($name)),+];
            tested.sort_unstable();
            assert_eq!(names, tested);
        }
    };
}

seeds!(check, expression, hcl, ignore, json, plan, rule, template, tfvars);

#[test]
fn fixtures_hold_too() {
    over("fixtures", ".tf", targets::hcl);
    over("fixtures", ".tf", targets::ignore);
    over("rules", ".hcl", targets::hcl);
    over("rules", ".hcl", targets::rule);
    over("templates", ".tera", targets::template);
}
