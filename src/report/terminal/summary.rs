//! The end of the report: how many of what, and what was not looked at.

use std::collections::BTreeMap;

use crate::findings::{Assessment, Coverage};
use crate::report::{Options, words};
use crate::source::{Problem, ProblemKind, Sources};

use super::excerpt::{Said, draw};
use super::finding::spot;
use super::text::{Paint, clean, cut, hanging};

/// Parts of files shown that could not be parsed.
const UNPARSED: usize = 50;
/// Names in a list.
const NAMES: usize = 3;
/// Columns of a name.
const NAME: usize = 40;

/// What could not be parsed, each with its place.
pub(super) fn unparsed(out: &mut String, coverage: &Coverage, sources: &Sources, options: &Options) {
    let paint = Paint(options.color);
    for bad in coverage.unparsed.iter().take(UNPARSED) {
        hanging(out, "NOT READ  ", &paint.with("1;31", "NOT READ  "), &bad.file, 10, options.width);
        let said = Said { message: &bad.message, label: "here", help: bad.help.as_deref() };
        draw(out, sources, options, bad.location, &said);
        out.push('\n');
    }
    if coverage.unparsed.len() > UNPARSED {
        let more = coverage.unparsed.len() - UNPARSED;
        hanging(out, "", "", &format!("{more} more parts could not be read."), 2, options.width);
    }
}

/// Counts, then the ledger.
pub(super) fn write(out: &mut String, assessment: &Assessment, sources: &Sources, options: &Options) {
    let coverage = &assessment.coverage;
    let paint = Paint(options.color);
    let counts = assessment.summary();
    let (head, rest) = words::counts(assessment);
    let color = match () {
        () if counts.fail > 0 => "1;31",
        () if counts.error > 0 || coverage.is_incomplete() => "1;33",
        () => "1;32",
    };
    let mark = match (rest.is_empty(), counts.fail) {
        (true, _) => ".",
        (false, 0) => ":",
        (false, _) => ",",
    };
    let gap = if rest.is_empty() { "" } else { " " };
    let head = format!("{head}{mark}{gap}");
    hanging(out, &head, &paint.with(color, &head), &rest.join(", "), 2, options.width);
    super::changes::sentence(out, assessment, options);
    ledger(out, assessment, sources, options);
}

fn ledger(out: &mut String, assessment: &Assessment, sources: &Sources, options: &Options) {
    let coverage = &assessment.coverage;
    hanging(out, "", "", &words::looked(assessment), 2, options.width);
    let modules = coverage
        .modules_unresolved
        .iter()
        .map(|call| format!("{} ({})", cut(&clean(&call.address), NAME), cut(&clean(&call.source), NAME)));
    list(out, "Modules not here", modules, coverage.modules_unresolved.len(), options);
    top(out, "No rule for", &coverage.resource_types_without_rules, options);
    top(out, "Would decide", &coverage.undetermined_inputs, options);
    let (outdated, problems): (Vec<_>, Vec<_>) =
        coverage.problems.iter().partition(|problem| problem.kind == ProblemKind::Outdated);
    let names = outdated.iter().map(|problem| clean(&problem.message));
    list(out, "Over a year old", names, outdated.len(), options);
    // What left resources unjudged comes first.
    let total = problems.len();
    let (unjudged, others): (Vec<_>, Vec<_>) =
        problems.into_iter().partition(|problem| problem.kind == ProblemKind::Unjudged);
    let problems = unjudged.into_iter().chain(others).map(|Problem { message, location, .. }| {
        let at =
            location.and_then(|at| spot(sources, at, NAME)).map_or_else(String::new, |at| format!(" ({at})"));
        format!("{}{at}", cut(&clean(message), options.width))
    });
    // One problem is a whole sentence, so only the first is shown.
    list(out, "Problems", problems.take(1), total, options);
}

/// The names with the highest counts.
fn top(out: &mut String, title: &str, counts: &BTreeMap<String, usize>, options: &Options) {
    let mut order: Vec<(&String, &usize)> = counts.iter().collect();
    order.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    let names = order.into_iter().map(|(name, count)| format!("{} ({count})", cut(&clean(name), NAME)));
    list(out, title, names, counts.len(), options);
}

/// `Title: a, b, c + 4 more`
fn list(out: &mut String, title: &str, names: impl Iterator<Item = String>, total: usize, options: &Options) {
    let first: Vec<String> = names.take(NAMES).collect();
    if first.is_empty() {
        return;
    }
    let more = match total.saturating_sub(first.len()) {
        0 => String::new(),
        more => format!(" + {more} more"),
    };
    let head = format!("{title}: ");
    let painted = Paint(options.color).dim(&head);
    hanging(out, &head, &painted, &format!("{}{more}", first.join(", ")), 2, options.width);
}
