//! What a fix says that apply will do is what the AWS provider does. `.ci/record-effects` asked the provider for each
//! pair of a failing and a fixed fixture, and wrote its answers to `tests/data/effects.json`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "the record is this project's own")]

mod scratch;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde_json::Value;

/// Rules that declare more than the provider does, and why.
const MORE: [(&str, &str); 2] = [
    (
        "aws/cloudwatch/log-group-retention-defined",
        "an update in place, after which CloudWatch deletes events",
    ),
    ("aws/backup/vault-locked", "a lock that is missing is created, one that is too short is replaced"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn recorded() -> Value {
    serde_json::from_str(&std::fs::read_to_string(root().join("tests/data/effects.json")).unwrap()).unwrap()
}

/// The strongest thing that the provider does for a fixture, in the words of a fix.
fn strongest(kinds: &Value) -> &'static str {
    let done: BTreeSet<&str> = kinds
        .as_object()
        .unwrap()
        .values()
        .flat_map(|kind| kind["actions"].as_array().unwrap())
        .map(|action| action.as_str().unwrap())
        .collect();
    match () {
        () if done.contains("replace") || done.contains("delete") => "replace",
        () if done.contains("update") => "update",
        () => "create",
    }
}

/// A fixture by the name `rule/case`.
fn fixture(name: &str) -> Option<PathBuf> {
    let folder = root().join("fixtures").join(name);
    let file = root().join("fixtures").join(format!("{name}.tf"));
    [folder, file].into_iter().find(|path| path.exists())
}

/// The effects that trueup names for the rule's fixes of a fixture, which is copied: beside others it would be a part
/// of their module.
fn offered(name: &str, fixture: &Path) -> BTreeSet<String> {
    let rule = name.rsplit_once('/').unwrap().0;
    let dir = scratch::Dir::new(&format!("effects-{}", name.replace('/', "-")));
    for entry in walkdir::WalkDir::new(fixture).into_iter().map(Result::unwrap) {
        if entry.file_type().is_file() {
            let within = entry.path().strip_prefix(fixture).unwrap().display().to_string();
            let name = if within.is_empty() { "main.tf" } else { &within };
            dir.write(name, std::fs::read(entry.path()).unwrap());
        }
    }
    let report: Value =
        serde_json::from_str(&dir.run(&["check", "--format", "json", "--rule", rule]).out).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let own = findings.filter(|finding| finding["rule"] == rule && finding["outcome"] == "fail");
    own.filter_map(|finding| Some(finding["fix"]["effect"].as_str()?.to_owned())).collect()
}

#[test]
fn fixes_do_what_they_say() {
    let recorded = recorded();
    let effects: Vec<(&String, &Value)> = recorded["effects"].as_object().unwrap().iter().collect();
    let wrong: Vec<String> = effects
        .par_iter()
        .filter_map(|(name, kinds)| {
            let rule = name.rsplit_once('/')?.0;
            let Some(fixture) = fixture(name) else {
                return Some(format!("{name} is gone: run .ci/record-effects"));
            };
            let does = strongest(kinds);
            let says = offered(name, &fixture);
            let right = match does {
                "replace" => {
                    !says.is_empty() && says.iter().all(|one| one == "replace" || one == "destroys-data")
                }
                _ => says.iter().eq([does]),
            };
            let more = MORE.iter().any(|(one, _)| *one == rule) && does != "replace";
            (right == more)
                .then(|| format!("{name}: the fix says {says:?}, the provider does {does}: {kinds}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// New rules may come before they are recorded; a record that nobody renews is worth nothing.
#[test]
fn most_fixes_are_recorded() {
    let recorded = recorded();
    let known = |part: &str, name: &str| recorded[part].get(name).is_some();
    let mut pairs: BTreeMap<String, bool> = BTreeMap::new();
    for entry in walkdir::WalkDir::new(root().join("fixtures/aws")).min_depth(3).max_depth(3) {
        let path = entry.unwrap().into_path();
        let name =
            path.strip_prefix(root().join("fixtures")).unwrap().with_extension("").display().to_string();
        let (rule, case) = name.rsplit_once('/').unwrap();
        if case.starts_with("fail")
            && fixture(&format!("{rule}/{}", case.replacen("fail", "fixed", 1))).is_some()
        {
            pairs.insert(name.clone(), known("effects", &name) || known("not_planned", &name));
        }
    }
    let missing: Vec<&String> = pairs.iter().filter(|(_, known)| !**known).map(|(name, _)| name).collect();
    assert!(pairs.len() > 150 && missing.len() * 5 < pairs.len(), "run .ci/record-effects for {missing:?}");
}
