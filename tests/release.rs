//! What is released is of one version, and what others read of it points to things that are there.

#![allow(clippy::unwrap_used, reason = "a test that can't read the files must fail")]

use std::path::Path;

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

#[test]
fn every_place_has_the_version_of_the_crate() {
    let places = [
        ("pyproject.toml", vec![format!("version = \"{VERSION}\""), format!("\"trueup=={VERSION}\"")]),
        (
            ".gitlab/trueup.gitlab-ci.yml",
            vec![format!("ref: v{VERSION}"), format!("TRUEUP_VERSION: \"{VERSION}\"")],
        ),
        ("README.md", vec![format!("rev: v{VERSION}"), format!("ref: v{VERSION}")]),
    ];
    for (path, wanted) in places {
        let text = read(path);
        for wanted in wanted {
            assert!(text.contains(&wanted), "{path} does not say {wanted}");
        }
    }
    // And no other: a version that was forgotten beside one that was not.
    for path in ["pyproject.toml", ".gitlab/trueup.gitlab-ci.yml", "README.md"] {
        for word in ["trueup==", "rev: v", "ref: v", "OWNER/trueup@v", "trueup-", "TRUEUP_VERSION: \""] {
            for rest in read(path).split(word).skip(1).filter(|rest| rest.starts_with(char::is_numeric)) {
                let found: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
                assert_eq!(found.trim_end_matches('.'), VERSION, "{path}: after {word}");
            }
        }
    }
}

/// The wheel takes its version from Cargo.toml, and so must say none.
#[test]
fn the_wheel_is_of_this_crate() {
    let wheel = read(".ci/wheel/pyproject.toml");
    assert!(wheel.contains("manifest-path = \"../../Cargo.toml\"") && wheel.contains("\"version\""));
    assert!(!wheel.contains("\nversion ="));
}

#[test]
fn checksums_are_what_the_action_reads() {
    for line in read(".github/action/binaries.sha256").lines().filter(|line| !line.starts_with('#')) {
        let (sum, name) = line.split_once("  ").unwrap();
        assert!(sum.len() == 64 && sum.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f')), "{line}");
        assert!(name.starts_with("trueup-") && name.ends_with(".tar.gz"), "{line}");
    }
}
