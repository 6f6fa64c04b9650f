//! Reviewdog's Diagnostic Format: findings and suggestions for whatever reviewdog posts to.
//!
//! In: an assessment and the sources it points into. Out: one `DiagnosticResult` as JSON. Columns are
//! bytes of UTF-8 from 1, ends exclusive (reviewdog, proto/rdf/reviewdog.proto). Reviewdog puts messages
//! into comments as they are, so text from the tree is broken up where it would mention somebody, link
//! or be HTML.

use serde::Serialize;

use crate::findings::{Applicability, Assessment, Effect, Evidence, Finding, Outcome, Severity};
use crate::source::{Location, SourceFile, Sources};

use super::unchecked::unchecked;
use super::{Options, place, text, words};

/// Places shown beside a diagnostic.
const MAX_RELATED: usize = 5;

#[derive(Serialize)]
struct Report {
    source: Source,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
}

#[derive(Serialize)]
struct Diagnostic {
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Place>,
    severity: &'static str,
    code: Code,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related>,
}

#[derive(Serialize)]
struct Code {
    value: String,
}

#[derive(Serialize)]
struct Place {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

#[derive(Serialize)]
struct Related {
    message: String,
    location: Place,
}

#[derive(Serialize)]
struct Suggestion {
    range: Range,
    text: String,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    column: u32,
}

/// Writes open findings whose outcome the options name, and what could not be judged. What passed is no
/// diagnostic.
pub fn rdjson(assessment: &Assessment, sources: &Sources, options: &Options) -> String {
    let unchecked = unchecked(&assessment.coverage, sources).into_iter().map(|part| Diagnostic {
        message: defused(&format!("Not everything could be judged: {}", part.message)),
        location: part
            .location
            .and_then(|at| located(at, sources))
            .or_else(|| part.file.map(|path| Place { path, range: None })),
        severity: "ERROR",
        code: Code { value: part.rule.to_owned() },
        suggestions: Vec::new(),
        related_locations: Vec::new(),
    });
    let findings = assessment
        .findings
        .iter()
        .filter(|finding| finding.is_open() && options.shows(finding))
        .filter_map(|finding| diagnostic(finding, assessment, sources));
    let report =
        Report { source: Source { name: "trueup" }, diagnostics: unchecked.chain(findings).collect() };
    // Plain structs with keys that are names: nothing can fail to be written.
    serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
}

fn diagnostic(finding: &Finding, assessment: &Assessment, sources: &Sources) -> Option<Diagnostic> {
    let severity = match (finding.outcome, finding.severity) {
        (Outcome::Error, _) | (Outcome::Fail, Severity::Critical | Severity::High) => "ERROR",
        (Outcome::Fail, Severity::Medium) => "WARNING",
        (Outcome::Fail, Severity::Low) | (Outcome::Undetermined, _) => "INFO",
        (Outcome::Pass | Outcome::NotApplicable, _) => return None,
    };
    let criteria = words::criteria(assessment.rules.get(&finding.rule));
    let lines = [
        Some(format!("{}: {}", words::label(finding), words::message(finding))),
        words::because(finding, sources),
        words::concerns(finding),
        (!criteria.is_empty()).then(|| format!("SOC 2: {criteria}")),
        finding.fix.as_ref().map(|fix| format!("fix: {}", words::fix(fix))),
    ];
    Some(Diagnostic {
        message: defused(&lines.into_iter().flatten().collect::<Vec<_>>().join("\n")),
        location: finding.location.and_then(|at| located(at, sources)),
        severity,
        code: Code { value: finding.rule.to_string() },
        suggestions: suggestion(finding, sources).into_iter().collect(),
        related_locations: related(finding, sources),
    })
}

/// The fix, where it can be a suggestion: one edit in the file of the diagnostic, for each suggestion is
/// taken by itself; and none that replaces a resource, for one click applies it.
fn suggestion(finding: &Finding, sources: &Sources) -> Option<Suggestion> {
    let fix = finding.fix.as_ref()?;
    let [edit] = fix.edits.as_slice() else { return None };
    let harmless = matches!(fix.effect, Effect::Update | Effect::Create);
    let offered = fix.proved && harmless && fix.applicability != Applicability::Manual;
    if !offered || Some(edit.file) != finding.location.map(|at| at.file) {
        return None;
    }
    let range = range(sources.get(edit.file)?, Location::new(edit.file, edit.span))?;
    Some(Suggestion { range, text: edit.text.clone() })
}

fn related(finding: &Finding, sources: &Sources) -> Vec<Related> {
    let elsewhere = |seen: &&Evidence| seen.origin.is_some() && seen.origin != finding.location;
    let seen = finding.why.iter().filter(elsewhere).take(MAX_RELATED);
    seen.filter_map(|seen| {
        let message = text::cut(&text::clean(&format!("{} = {}", seen.path, seen.value)), words::SENTENCE);
        Some(Related { message: defused(&message), location: located(seen.origin?, sources)? })
    })
    .collect()
}

fn located(at: Location, sources: &Sources) -> Option<Place> {
    let path = place::path(sources, at.file)?;
    Some(Place { path: place::bare(&path).to_owned(), range: range(sources.get(at.file)?, at) })
}

fn range(file: &SourceFile, at: Location) -> Option<Range> {
    Some(Range { start: position(file, at.span.start)?, end: position(file, at.span.end)? })
}

fn position(file: &SourceFile, offset: u32) -> Option<Position> {
    let line = file.position(offset).line;
    Some(Position { line, column: offset.checked_sub(file.line_span(line)?.start)? + 1 })
}

/// Text that no comment takes for a mention, a reference, a link or HTML.
fn defused(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.replace("](", "] (").replace("://", ":\u{200b}//").chars() {
        out.push(c);
        if matches!(c, '@' | '#' | '<') {
            out.push('\u{200b}');
        }
    }
    out
}
