//! The ledger in Markdown: what was read, and what no verdict covers.
//!
//! In: the coverage of an assessment. Out: a warning with the parts that could not be judged, and the
//! last section of the report.

use std::collections::BTreeMap;

use crate::findings::Assessment;
use crate::report::unchecked::unchecked;
use crate::report::{place, words};
use crate::source::{ProblemKind, Sources};

use super::{NAME, markdown_code, markdown_text};

/// Parts named that could not be judged, and their bytes in all.
const PARTS: (usize, usize) = (10, 6000);
/// Columns of what is said of one.
const PART: usize = 240;
/// Names in a list, and their bytes in all.
const NAMES: (usize, usize) = (10, 1500);
/// Columns of a name in a list.
const SHORT: usize = 60;
/// Problems told, and their bytes in all.
const PROBLEMS: (usize, usize) = (5, 3000);

/// What could not be judged: it stands first, because what follows is not all there is.
pub(super) fn unread(out: &mut String, assessment: &Assessment, sources: &Sources) {
    let parts = unchecked(&assessment.coverage, sources);
    if parts.is_empty() {
        return;
    }
    out.push_str("> **Not everything could be judged**\n>\n");
    let lines = parts.iter().map(|part| {
        let at = part.location.and_then(|at| place::line(sources, at)).or_else(|| part.file.clone());
        let at = at.map_or_else(String::new, |at| format!("{}: ", markdown_code(&at, NAME)));
        format!("> - {at}{}", markdown_text(&part.message, PART))
    });
    out.push_str(&list(lines, parts.len(), PARTS, "\n", "\n> - "));
    out.push_str("\n\n");
}

/// What was looked at, and what was not.
pub(super) fn write(out: &mut String, assessment: &Assessment, sources: &Sources) {
    let coverage = &assessment.coverage;
    out.push_str(&format!("### What was checked, and what was not\n\n{}\n\n", words::looked(assessment)));
    let mut items = Vec::new();
    let calls = &coverage.modules_unresolved;
    if !calls.is_empty() {
        let names = calls.iter().map(|call| {
            format!("{} from {}", markdown_code(&call.address, SHORT), markdown_code(&call.source, SHORT))
        });
        items.push(("Modules that are not here", list(names, calls.len(), NAMES, ", ", " ")));
    }
    for (title, counts) in [
        ("Resource types without a rule", &coverage.resource_types_without_rules),
        ("Inputs that would decide what is undetermined", &coverage.undetermined_inputs),
    ] {
        if !counts.is_empty() {
            items.push((title, top(counts)));
        }
    }
    let others: Vec<_> =
        coverage.problems.iter().filter(|problem| problem.kind != ProblemKind::Unjudged).collect();
    if !others.is_empty() {
        let told = others.iter().map(|problem| {
            let at = problem.location.and_then(|at| place::line(sources, at));
            let at = at.map_or_else(String::new, |at| format!(" at {}", markdown_code(&at, NAME)));
            format!("{}{at}", markdown_text(&problem.message, PART))
        });
        items.push(("Problems", list(told, others.len(), PROBLEMS, "; ", "; ")));
    }
    for (title, text) in items {
        out.push_str(&format!("- {title}: {text}\n"));
    }
}

/// The names with the highest counts.
fn top(counts: &BTreeMap<String, usize>) -> String {
    let mut order: Vec<(&String, &usize)> = counts.iter().collect();
    order.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    let names = order.into_iter().map(|(name, count)| format!("{} ({count})", markdown_code(name, SHORT)));
    list(names, counts.len(), NAMES, ", ", " ")
}

/// As many parts as there is room for, and how many more there are.
fn list(
    parts: impl Iterator<Item = String>,
    total: usize,
    (most, bytes): (usize, usize),
    between: &str,
    before_rest: &str,
) -> String {
    let mut out = String::new();
    let mut written = 0;
    for part in parts.take(most) {
        if out.len() + part.len() > bytes {
            break;
        }
        if written > 0 {
            out.push_str(between);
        }
        out.push_str(&part);
        written += 1;
    }
    match total - written {
        0 => out,
        more => format!("{out}{before_rest}and {more} more"),
    }
}
