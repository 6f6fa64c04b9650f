//! The machine-readable report.
//!
//! In: an assessment and the sources it points into. Out: JSON text with the keys that other
//! programs rely on, so a change of a key is a change of `schema_version`.

use serde_json::{Value, json};

use crate::findings::{Assessment, Change, Finding, Fix, Outcome};
use crate::source::{Location, Position, Sources};

use super::Options;

/// Writes the assessment as JSON, with the findings whose outcome the options name.
pub fn json(assessment: &Assessment, sources: &Sources, options: &Options) -> String {
    let summary = assessment.summary();
    let coverage = &assessment.coverage;
    let unparsed: Vec<Value> = coverage
        .unparsed
        .iter()
        .map(|bad| json!({"file": bad.file, "line": line(sources, bad.location), "message": bad.message}))
        .collect();
    let unresolved: Vec<Value> = coverage
        .modules_unresolved
        .iter()
        .map(|call| {
            json!({"address": call.address, "source": call.source,
                "file": file(sources, Some(call.location)), "line": line(sources, Some(call.location))})
        })
        .collect();
    let inputs: Vec<Value> = coverage
        .undetermined_inputs
        .iter()
        .map(|(input, count)| json!({"input": input, "count": count}))
        .collect();
    let types: Vec<&String> = coverage.resource_types_without_rules.keys().collect();
    let changes = assessment.changes().map(|changes| {
        json!({"introduced": changes.introduced, "kept": changes.kept, "resolved": changes.resolved,
            "drift": changes.drift})
    });
    let report = json!({
        "schema_version": 1,
        "tool": {"name": "trueup", "version": env!("CARGO_PKG_VERSION"), "rules_digest": assessment.rules_digest},
        "summary": {"pass": summary.pass, "fail": summary.fail, "undetermined": summary.undetermined,
            "not_applicable": summary.not_applicable, "error": summary.error, "suppressed": summary.suppressed},
        "changes": changes,
        "coverage": {"files": coverage.files, "unparsed": unparsed, "modules_unresolved": unresolved,
            "resources": coverage.resources, "resource_types_without_rules": types, "undetermined_inputs": inputs},
        "findings": [],
    });
    let findings = assessment.findings.iter().filter(|finding| options.outcomes.contains(&finding.outcome));
    with_findings(&format!("{report:#}\n"), findings.map(|finding| one(assessment, sources, finding)))
}

/// The report with its findings, each written before the next is made: all of them as one tree would
/// take many times the memory of their text.
fn with_findings(report: &str, findings: impl Iterator<Item = Value>) -> String {
    const EMPTY: &str = "\"findings\": []";
    let Some((before, after)) = report.rsplit_once(EMPTY) else { return report.to_owned() };
    let mut out = format!("{before}\"findings\": [");
    let mut any = false;
    for finding in findings {
        out.push_str(if any { ",\n    " } else { "\n    " });
        // Line ends inside of strings are escaped, so those left are the layout's.
        out.push_str(&format!("{finding:#}").replace('\n', "\n    "));
        any = true;
    }
    out.push_str(if any { "\n  ]" } else { "]" });
    out.push_str(after);
    out
}

fn one(assessment: &Assessment, sources: &Sources, finding: &Finding) -> Value {
    let rule = assessment.rules.get(&finding.rule);
    let criteria: Vec<&String> =
        rule.iter().flat_map(|rule| rule.criteria.iter().map(|pair| &pair.0)).collect();
    let why: Vec<Value> = finding
        .why
        .iter()
        .map(|seen| {
            let origin = seen
                .origin
                .map(|at| json!({"file": file(sources, Some(at)), "line": line(sources, Some(at))}));
            json!({"clause": seen.clause, "path": seen.path, "value": seen.value, "origin": origin})
        })
        .collect();
    json!({
        "fingerprint": finding.fingerprint, "rule": &*finding.rule,
        "aliases": rule.map(|rule| rule.aliases.clone()).unwrap_or_default(),
        "title": rule.map(|rule| rule.title.as_str()).unwrap_or_default(),
        "severity": finding.severity.name(), "criteria": criteria, "outcome": finding.outcome.name(),
        "address": finding.address, "instances": finding.instances, "module": finding.module,
        "file": file(sources, finding.location), "range": range(sources, finding.location),
        "message": finding.message, "why": why,
        "fix": finding.fix.as_ref().map(|fix| offered(sources, fix)),
        "suppressed": finding.suppressed.as_ref()
            .map(|by| json!({"by": by.by, "reason": by.reason, "until": by.until})),
        "change": finding.change.map(Change::name), "drift": finding.drift, "action": finding.action,
    })
}

fn offered(sources: &Sources, fix: &Fix) -> Value {
    let edits: Vec<Value> = fix
        .edits
        .iter()
        .map(|edit| {
            let at = Some(Location::new(edit.file, edit.span));
            json!({"file": file(sources, at), "range": range(sources, at), "text": edit.text})
        })
        .collect();
    json!({"title": fix.title, "applicability": fix.applicability.name(), "effect": fix.effect.name(),
        "proved": fix.proved, "edits": edits})
}

fn file(sources: &Sources, at: Option<Location>) -> Option<String> {
    let (path, _) = sources.place(at?)?;
    Some(path.to_string_lossy().replace('\\', "/"))
}

fn line(sources: &Sources, at: Option<Location>) -> Option<u32> {
    Some(sources.place(at?)?.1.line)
}

fn range(sources: &Sources, at: Option<Location>) -> Option<Value> {
    let (start, end) = positions(sources, at?)?;
    Some(json!({"start": {"line": start.line, "column": start.column},
        "end": {"line": end.line, "column": end.column}}))
}

/// First position of a location, and the one after its last.
pub(super) fn positions(sources: &Sources, at: Location) -> Option<(Position, Position)> {
    let file = sources.get(at.file)?;
    Some((file.position(at.span.start), file.position(at.span.end)))
}

/// The outcomes a report shows when nothing else is asked for.
pub(super) const SHOWN: [Outcome; 3] = [Outcome::Error, Outcome::Fail, Outcome::Undetermined];
