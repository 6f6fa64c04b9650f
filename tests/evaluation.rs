//! The evaluator gives the answers that Terraform gave.
//!
//! `tests/evaluation/FAMILY.txt` holds an expression, a tab and Terraform's answer on each line; the
//! head of `.ci/record-evaluation`, which records them, says how an answer is written. A line break
//! in an expression stands there as U+2424, a tab as U+2409.
//!
//! `known-differences.txt` lists what still differs: family, expression and reason, between tabs. A
//! listed expression that agrees must leave the list, and the list stays under one in a hundred.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't read its data must fail")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use trueup::eval::{Data, ModuleScope, Root, SequenceKind, Value, evaluate_text};
use trueup::source::{SourceFile, Sources};
use trueup::syntax::Workspace;

const FAMILIES: [&str; 7] =
    ["by-hand", "operators", "conditionals", "arguments", "values", "syntax", "constraints"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/evaluation")
}

fn read(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap()
}

/// The value as the recorded answers are written.
fn show(value: &Value, out: &mut String) {
    let quoted = |text: &str, out: &mut String| out.push_str(&serde_json::to_string(text).unwrap());
    match &value.data {
        Data::Null(_) => out.push_str("null"),
        Data::Bool(value) => write!(out, "{value}").unwrap(),
        Data::Number(number) => write!(out, "{number}").unwrap(),
        Data::String(text) => quoted(text, out),
        Data::Unknown(_) => out.push('?'),
        Data::Sequence(sequence) => {
            out.push_str(match sequence.kind {
                SequenceKind::List => "list[",
                SequenceKind::Set => "set[",
                SequenceKind::Tuple => "[",
            });
            for (at, item) in sequence.items.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                show(item, out);
            }
            out.push(']');
        }
        Data::Mapping(entries) => {
            out.push_str(if entries.is_map { "map{" } else { "{" });
            for (at, (key, item)) in entries.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                quoted(key, out);
                out.push(':');
                show(item, out);
            }
            out.push('}');
        }
    }
}

/// What the evaluator makes of it; `!` where it refuses.
fn answer(family: &str, expression: &str) -> String {
    let text = expression.replace('\u{2424}', "\n").replace('\u{2409}', "\t");
    let value = if family == "constraints" { variable(&text) } else { evaluate_text(&text) };
    let Ok(value) = value else { return "!".to_owned() };
    let mut shown = String::new();
    show(&value, &mut shown);
    if value.as_unknown().is_none() && value.find_unknown().is_some() {
        // Terraform's plan does not tell the kinds of what it knows only in part.
        shown = format!("~{}", shown.replace("list[", "[").replace("set[", "[").replace("map{", "{"));
    }
    if value.holds_sensitive() {
        shown.insert(0, '$');
    }
    shown
}

/// The value of a variable whose block holds `body`, seen through an output.
fn variable(body: &str) -> Result<Value, trueup::eval::EvalError> {
    let text = format!("variable \"v\" {{\n{body}\n}}\noutput \"o\" {{\n  value = var.v\n}}\n");
    let mut sources = Sources::default();
    sources.add(SourceFile::new("main.tf", text));
    let workspace = Workspace::parse(sources);
    let scope = ModuleScope::root(Root::new(&workspace, ".")).expect("the file makes a module");
    scope.output("o")
}

/// Whether an answer is the recorded one: what kind of error it is may differ, and an infinite
/// number, which Terraform has until it writes it down, is unknown here.
fn agrees(recorded: &str, found: &str) -> bool {
    match recorded {
        "inf" | "$inf" => found.ends_with('?'),
        _ if recorded.starts_with('!') => found == "!",
        _ => found == recorded,
    }
}

#[test]
fn expressions_come_to_what_terraform_says() {
    let list = read("known-differences.txt");
    let mut listed = BTreeMap::new();
    for line in list.lines() {
        let parts: Vec<&str> = line.split('\t').collect();
        let [family, expression, reason] = parts.as_slice() else { panic!("{line:?} has not three parts") };
        assert!(!reason.trim().is_empty(), "{expression}: the reason is missing");
        listed.insert((*family, *expression), false);
    }
    let files: Vec<(&str, String)> =
        FAMILIES.iter().map(|family| (*family, read(&format!("{family}.txt")))).collect();
    let lines: Vec<(&str, &str, &str)> = files
        .iter()
        .flat_map(|(family, text)| text.lines().map(move |line| (*family, line)))
        .map(|(family, line)| {
            let (expression, recorded) = line.split_once('\t').expect("a tab stands before the answer");
            (family, expression, recorded)
        })
        .collect();
    let answers: Vec<String> =
        lines.par_iter().map(|(family, expression, _)| answer(family, expression)).collect();
    let mut wrong = String::new();
    for ((family, expression, recorded), found) in lines.iter().zip(&answers) {
        let known = listed.get_mut(&(*family, *expression)).map(|seen| *seen = true).is_some();
        match (agrees(recorded, found), known) {
            (true, true) => {
                writeln!(wrong, "{family}\t{expression}\tagrees now: take it off the list").unwrap();
            }
            (false, false) => writeln!(wrong, "{family}\t{expression}\t{recorded}\t{found}").unwrap(),
            _ => {}
        }
    }
    for ((family, expression), seen) in &listed {
        if !seen {
            writeln!(wrong, "{family}\t{expression}\tis listed but never asked").unwrap();
        }
    }
    if let Ok(path) = std::env::var("EVALUATION_DIFFERENCES") {
        std::fs::write(path, &wrong).unwrap();
    }
    let shown: Vec<&str> = wrong.lines().take(100).collect();
    assert!(
        wrong.is_empty(),
        "{} of {} differ (family, expression, Terraform's answer, ours):\n{}",
        wrong.lines().count(),
        lines.len(),
        shown.join("\n")
    );
    assert!(listed.len() * 100 < lines.len(), "{} of {} are listed as different", listed.len(), lines.len());
}
