//! The SARIF 2.1.0 report, for code scanning.
//!
//! In: an assessment and the sources it points into. Out: one SARIF log with one run. The verdicts
//! keep their fingerprints, so that an alert survives moved lines; only proved fixes are handed on,
//! because a reader applies them without looking.

mod ledger;
mod line_hash;
mod model;
mod rule;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use crate::findings::{Applicability, Assessment, Change, Evidence, Finding, Fix, Outcome};
use crate::source::{self, FileId, Sources};

use super::text::shown;
use super::{Options, place, words};
use ledger::notifications;
use line_hash::line_hashes;
use rule::{level, rule};

// What GitHub takes stands under "SARIF support for code scanning" in its documentation.

/// Results in one run; a file with more is refused.
const MAX_RESULTS: usize = 25_000;
/// Results of those that are shown.
const SHOWN_RESULTS: usize = 5_000;
/// Characters of a message.
const MAX_MESSAGE: usize = 4096;
/// Instances listed with a result.
const MAX_INSTANCES: usize = 1000;
/// Evidence shown beside a result.
const MAX_RELATED: usize = 20;

/// Writes the assessment as SARIF, with the findings whose outcome the options name.
pub fn sarif(assessment: &Assessment, sources: &Sources, options: &Options) -> String {
    let places: BTreeMap<&str, usize> =
        assessment.rules.keys().enumerate().map(|(at, id)| (&**id, at)).collect();
    let mut findings: Vec<&Finding> =
        assessment.findings.iter().filter(|finding| options.shows(finding)).collect();
    let count = findings.len();
    if count > MAX_RESULTS {
        // They stand by severity; what stays must be what fails.
        findings.sort_by_key(|finding| (!finding.is_open(), finding.outcome));
        findings.truncate(MAX_RESULTS);
    }
    let hashes = Hashes::of(&findings, sources);
    let results = findings
        .iter()
        .map(|finding| result(finding, places.get(&*finding.rule).copied(), sources, &hashes))
        .collect();
    let notifications = notifications(assessment, sources, count);
    let driver = model::Driver {
        name: "trueup",
        version: env!("CARGO_PKG_VERSION"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: assessment.rules.values().map(rule).collect(),
        properties: BTreeMap::from([("rulesDigest", assessment.rules_digest.clone())]),
    };
    let log = model::Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: vec![model::Run {
            tool: model::Tool { driver },
            // The category is all that stands before the last slash.
            automation_details: model::Automation {
                id: format!("{}/", options.category.trim_end_matches('/')),
            },
            invocations: vec![model::Invocation {
                execution_successful: !notifications.iter().any(|told| told.level == "error"),
                tool_execution_notifications: notifications,
            }],
            column_kind: "unicodeCodePoints",
            results,
        }],
    };
    // Writing plain structs to a string cannot fail: every key is a string, no value refuses.
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

/// The hashes of the lines that results start at.
struct Hashes(BTreeMap<FileId, BTreeMap<u32, String>>);

impl Hashes {
    fn of(findings: &[&Finding], sources: &Sources) -> Self {
        let mut lines: BTreeMap<FileId, BTreeSet<u32>> = BTreeMap::new();
        for at in findings.iter().filter_map(|finding| finding.location) {
            if let Some((start, _)) = place::positions(sources, at) {
                lines.entry(at.file).or_default().insert(start.line);
            }
        }
        let hashed = lines
            .into_iter()
            .filter_map(|(file, lines)| Some((file, line_hashes(sources.get(file)?.text(), &lines))));
        Self(hashed.collect())
    }

    fn get(&self, at: source::Location, sources: &Sources) -> Option<&String> {
        let (start, _) = place::positions(sources, at)?;
        self.0.get(&at.file)?.get(&start.line)
    }
}

fn result(
    finding: &Finding,
    rule_index: Option<usize>,
    sources: &Sources,
    hashes: &Hashes,
) -> model::Verdict {
    // The standard wants the level `none` for everything that is not a failure.
    let (kind, level) = match finding.outcome {
        // Not every reader knows the baseline state: what goes away must not be counted as a failure.
        _ if finding.change == Some(Change::Resolved) => ("informational", "none"),
        Outcome::Fail => ("fail", level(finding.severity)),
        Outcome::Error | Outcome::Undetermined => ("open", "none"),
        Outcome::Pass => ("pass", "none"),
        Outcome::NotApplicable => ("notApplicable", "none"),
    };
    model::Verdict {
        rule_id: finding.rule.to_string(),
        rule_index,
        kind,
        level,
        baseline_state: finding.change.map(|change| match change {
            Change::Introduced => "new",
            Change::Kept => "unchanged",
            Change::Resolved => "absent",
        }),
        message: message(finding, sources),
        locations: vec![model::Place {
            id: None,
            physical_location: finding
                .location
                .and_then(|at| tight(sources, at))
                .or_else(|| somewhere(sources)),
            logical_locations: vec![model::LogicalLocation {
                fully_qualified_name: finding.address.clone(),
                kind: "resource",
            }],
            message: None,
        }],
        related_locations: related(&finding.why, sources),
        partial_fingerprints: std::iter::once(("trueup/v1", finding.fingerprint.clone()))
            .chain(
                finding
                    .location
                    .and_then(|at| hashes.get(at, sources))
                    .map(|hash| ("primaryLocationLineHash", hash.clone())),
            )
            .collect(),
        suppressions: finding.suppressed.iter().map(suppression).collect(),
        fixes: finding.fix.iter().filter_map(|fix| fixed(fix, sources)).collect(),
        properties: model::VerdictProperties {
            outcome: finding.outcome.name(),
            severity: finding.severity.name(),
            instances: finding.instances.iter().take(MAX_INSTANCES).cloned().collect(),
            environments: finding.environments.clone(),
            action: finding.action.clone(),
            drift: finding.drift,
        },
    }
}

/// What is wrong and why, or what the verdict waits for: not every reader shows more than the message,
/// or knows results that are open.
fn message(finding: &Finding, sources: &Sources) -> model::Text {
    let mut text = words::claim(finding).into_owned();
    if let Some(because) = words::because(finding, sources) {
        text = format!("{text}\n{because}");
    }
    plain(&text)
}

/// A message whose brackets make no link, and that commands no terminal: names in it come from the tree.
fn plain(text: &str) -> model::Text {
    let text = text.replace("](", "] (");
    let shown = text.chars().map(|c| if c == '\n' { c } else { shown(c) }).collect::<String>();
    bounded(shown, MAX_MESSAGE).into()
}

fn bounded(text: String, limit: usize) -> String {
    match text.char_indices().nth(limit - 1) {
        Some((at, _)) if text.chars().nth(limit).is_some() => format!("{}…", text.get(..at).unwrap_or("")),
        _ => text,
    }
}

fn related(why: &[Evidence], sources: &Sources) -> Vec<model::Place> {
    why.iter()
        .filter_map(|seen| Some((seen, physical(sources, seen.origin?)?)))
        .take(MAX_RELATED)
        .enumerate()
        .map(|(at, (seen, place))| model::Place {
            id: Some(at + 1),
            physical_location: Some(place),
            logical_locations: Vec::new(),
            message: Some(plain(&format!("{} is {}", seen.path, seen.value))),
        })
        .collect()
}

fn suppression(by: &crate::findings::Suppression) -> model::Suppression {
    let mut properties = BTreeMap::from([("by", by.by.clone())]);
    if let Some(until) = &by.until {
        properties.insert("until", until.clone());
    }
    if let Some(approver) = &by.approver {
        properties.insert("approver", approver.clone());
    }
    let kind = if by.by.starts_with("comment ") { "inSource" } else { "external" };
    model::Suppression { kind, status: "accepted", justification: by.reason.clone(), properties }
}

fn fixed(fix: &Fix, sources: &Sources) -> Option<model::Fix> {
    if !fix.proved || fix.edits.is_empty() || fix.applicability == Applicability::Manual {
        return None;
    }
    let mut files: BTreeMap<FileId, Vec<model::Replacement>> = BTreeMap::new();
    for edit in &fix.edits {
        files.entry(edit.file).or_default().push(model::Replacement {
            deleted_region: region(sources, source::Location::new(edit.file, edit.span))?,
            inserted_content: model::Content { text: edit.text.clone() },
        });
    }
    let artifact_changes = files
        .into_iter()
        .map(|(id, replacements)| {
            let artifact_location = model::ArtifactLocation { uri: uri(sources.get(id)?.path()) };
            Some(model::ArtifactChange { artifact_location, replacements })
        })
        .collect::<Option<Vec<_>>>()?;
    let description = match &fix.caution {
        Some(caution) => format!("{}. {caution}", fix.title.trim_end_matches('.')),
        None => fix.title.clone(),
    };
    let properties = BTreeMap::from([
        ("applicability", fix.applicability.to_string()),
        ("effect", fix.effect.to_string()),
    ]);
    Some(model::Fix { description: plain(&description), artifact_changes, properties })
}

fn physical(sources: &Sources, at: source::Location) -> Option<model::PhysicalLocation> {
    Some(model::PhysicalLocation {
        artifact_location: model::ArtifactLocation { uri: uri(sources.get(at.file)?.path()) },
        region: Some(region(sources, at)?),
        context_region: None,
    })
}

/// The first place of the first file: code scanning refuses a whole report for one result without a place.
fn somewhere(sources: &Sources) -> Option<model::PhysicalLocation> {
    let (file, _) = sources.iter().next()?;
    physical(sources, source::Location::new(file, source::Span::default()))
}

/// The place of a finding. An alert shows in a pull request only where all its lines are in the diff, so
/// of an expression over many lines the first is the region, and the whole is its context.
fn tight(sources: &Sources, at: source::Location) -> Option<model::PhysicalLocation> {
    let mut place = physical(sources, at)?;
    let file = sources.get(at.file)?;
    let (start, end) = place::positions(sources, at)?;
    let first = file.line_span(start.line)?;
    if end.line > start.line && first.end > at.span.start {
        let first = source::Location::new(at.file, source::Span::new(at.span.start, first.end));
        place.context_region = place.region.take();
        place.region = region(sources, first);
    }
    Some(place)
}

fn region(sources: &Sources, at: source::Location) -> Option<model::Region> {
    let (start, end) = place::positions(sources, at)?;
    Some(model::Region {
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        end_column: end.column,
    })
}

/// A path as a URI reference: relative where the path is, `file:` where it is absolute. Bytes that
/// a URI cannot hold, also those that are no UTF-8, are percent-encoded.
fn uri(path: &Path) -> String {
    let mut bytes = path.as_os_str().as_encoded_bytes();
    while let Some(rest) = bytes.strip_prefix(b"./") {
        bytes = rest;
    }
    let mut out = match bytes.first() {
        Some(b'/') => "file://".to_owned(),
        _ if path.is_absolute() => "file:///".to_owned(),
        _ => String::new(),
    };
    for byte in bytes {
        match byte {
            b'\\' if std::path::MAIN_SEPARATOR == '\\' => out.push('/'),
            b'/' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => out.push(char::from(*byte)),
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uri_references() {
        assert_eq!(uri(Path::new("./a b/é#?:%.tf")), "a%20b/%C3%A9%23%3F%3A%25.tf");
        assert_eq!(uri(Path::new("../main.tf")), "../main.tf");
        assert_eq!(uri(Path::new("/srv/main.tf")), "file:///srv/main.tf");
    }
}
