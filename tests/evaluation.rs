//! The evaluator gives the answers that `terraform console` gave.
//!
//! `tests/evaluation/*.txt` holds one expression a line, the `.json` beside it one recorded answer
//! a line. `.ci/record-evaluation` records them again. `known-differences.txt` lists what still
//! differs: an expression, a tab and the reason on each line. A listed expression that agrees must
//! leave the list.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use trueup::eval::{evaluate_text, json};

/// The value as Terraform's `jsonencode` writes it, or `None` where it is refused.
fn answer(expression: &str) -> Option<String> {
    let value = evaluate_text(expression).ok()?;
    if let Some(unknown) = value.find_unknown() {
        return Some(format!("unknown: {:?}", unknown.why));
    }
    let shown = json::encode(&value).ok()?;
    shown.as_str().map(str::to_owned)
}

#[test]
fn expressions_come_to_what_terraform_says() {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/evaluation/known-differences.txt");
    let list = std::fs::read_to_string(list).unwrap();
    let mut known = BTreeSet::new();
    for line in list.lines() {
        let (expression, reason) = line.split_once('\t').expect("a tab and a reason follow the expression");
        assert!(!reason.trim().is_empty(), "{expression}: the reason is missing");
        known.insert(expression.to_owned());
    }
    let mut seen = BTreeSet::new();
    let mut wrong = String::new();
    let mut asked = 0;
    for family in ["operators", "collections", "text"] {
        let at = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/evaluation").join(family);
        let expressions = std::fs::read_to_string(at.with_extension("txt")).unwrap();
        let answers = std::fs::read_to_string(at.with_extension("json")).unwrap();
        assert_eq!(
            expressions.lines().count(),
            answers.lines().count(),
            "{family}: record the answers again"
        );
        for (expression, recorded) in expressions.lines().zip(answers.lines()) {
            asked += 1;
            let wanted =
                recorded.strip_prefix("{\"v\":").and_then(|rest| rest.strip_suffix('}')).map(str::to_owned);
            let found = answer(expression);
            let listed = known.contains(expression);
            if listed {
                seen.insert(expression.to_owned());
            }
            if found == wanted {
                if listed {
                    let _ = writeln!(wrong, "{expression}\n    agrees now: take it off the list");
                }
            } else if !listed {
                let show = |answer: Option<String>| answer.unwrap_or_else(|| "refused".to_owned());
                let _ = writeln!(wrong, "{expression}\n    {}\n    {}", show(wanted), show(found));
            }
        }
    }
    for expression in known.difference(&seen) {
        let _ = writeln!(wrong, "{expression}\n    is listed but never asked");
    }
    assert!(wrong.is_empty(), "of {asked} expressions (first Terraform's answer, then ours):\n{wrong}");
}
