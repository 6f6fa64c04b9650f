//! `trueup rules docs`: a page for each rule, and an index.
//!
//! In: the rules, and a checkout with their fixtures: these are not in the binary. Out: Markdown files
//! below a directory. Without fixtures the pages have no examples, and a message says so.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::rules::{Rule, RuleSet};

use super::super::{Exit, Failure, say};
use super::page::{Example, cell, page, service};

/// How much of an example is read: fixtures are short.
const MAX_EXAMPLE: u64 = 64 << 10;

/// Writes the pages below `dir`.
pub(super) fn run(set: &RuleSet, rules: &[Arc<Rule>], dir: &Path, source: &Path) -> Result<Exit, Failure> {
    let fixtures = source.join("fixtures");
    let mut with_examples = 0;
    for rule in rules {
        let id = &*rule.info.id;
        let Some((text, template)) = set.texts(id) else { continue };
        let examples = examples(&fixtures.join(id));
        with_examples += usize::from(!examples.is_empty());
        write(&dir.join(format!("{id}.md")), &page(rule, text, template, &examples))?;
    }
    write(&dir.join("index.md"), &index(rules))?;
    say(&format!("wrote {} pages to {}", rules.len() + 1, dir.display()));
    if with_examples < rules.len() {
        let bare = rules.len() - with_examples;
        say(&format!(
            "{bare} of them have no example: {} has no fixtures for them; --source names a checkout that has",
            source.display()
        ));
    }
    Ok(Exit::Clean)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let made =
        path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(path, text));
    made.map_err(|error| {
        Failure::new(
            format!("{} can't be written: {error}", path.display()),
            "check the directory given with --dir",
        )
    })
}

fn index(rules: &[Arc<Rule>]) -> String {
    let mut text = format!("# Rules of trueup\n\n{} rules.\n", rules.len());
    let mut last = "";
    for rule in rules {
        let info = &rule.info;
        let service = service(&info.id);
        if service != last {
            let _ = writeln!(text, "\n## {service}\n");
            last = service;
        }
        let _ = writeln!(text, "- [{}]({}.md) ({})", cell(&info.title), info.id, info.severity.name());
    }
    text
}

/// A failing example with its fixed form, or one that passes where there is no fix.
fn examples(dir: &Path) -> Vec<Example> {
    let found = entries(dir);
    // A short name is the plainest case.
    let first = |prefix: &str| {
        let named = found.iter().filter(|(name, _)| name.starts_with(prefix));
        named.min_by_key(|(name, path)| (path.is_dir(), name.len(), (*name).clone()))
    };
    let failing = first("fail");
    let fixed = failing.and_then(|(name, _)| {
        let name = format!("fixed{}", name.strip_prefix("fail").unwrap_or_default());
        found.get_key_value(&name)
    });
    let second = match fixed {
        Some((_, path)) => ("Fixed", path),
        None => match first("pass") {
            Some((_, path)) => ("What passes", path),
            None => return example("What fails", failing.map(|(_, path)| path)).into_iter().collect(),
        },
    };
    let failing = example("What fails", failing.map(|(_, path)| path));
    failing.into_iter().chain(example(second.0, Some(second.1))).collect()
}

fn example(title: &'static str, path: Option<&PathBuf>) -> Option<Example> {
    let path = path?;
    let files: Vec<PathBuf> =
        if path.is_dir() { entries(path).into_values().collect() } else { vec![path.clone()] };
    let read = |path: &PathBuf| {
        let small = std::fs::metadata(path).ok()?.len() <= MAX_EXAMPLE;
        let text = std::fs::read_to_string(path).ok().filter(|_| small)?;
        Some((path.file_name()?.to_string_lossy().into_owned(), text))
    };
    let files: Vec<(String, String)> = files.iter().filter_map(read).collect();
    (!files.is_empty()).then_some(Example { title, files })
}

/// What lies in a directory, by name.
fn entries(dir: &Path) -> BTreeMap<String, PathBuf> {
    let list = std::fs::read_dir(dir).into_iter().flatten().flatten();
    list.map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path())).collect()
}
