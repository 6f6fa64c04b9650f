//! The machine-readable report.
//!
//! In: an assessment and the sources it points into. Out: JSON text with the keys that other
//! programs rely on, and the JSON Schema that says so.

mod chain;
mod model;
#[cfg(test)]
mod tests;

use std::io::{self, Write};

use rayon::prelude::*;
use serde::Serialize;

use crate::findings::{Assessment, Change, Coverage, Finding, Fix, Known, Outcome, Remembered};
use crate::source::{Location, Position, Sources};

use super::{Options, place, words};
pub use chain::explained;
use model::{
    Changes, Closed, Closing, Compared, Counts, FixReport, Gone, Input, Ledger, Offered, Origin, Place,
    Problem, Range, Remaining, Replacement, Report, SCHEMA_VERSION, Seen, Silenced, Tool, Unparsed,
    Unresolved, Verdict,
};

/// The JSON Schema of what [`json`] writes. A test makes it anew from the types and compares.
pub const SCHEMA: &str = include_str!("check.schema.json");

/// The assessment as JSON, with the findings whose outcome the options name.
pub fn json(assessment: &Assessment, sources: &Sources, options: &Options) -> String {
    let mut out = Vec::new();
    // Memory takes all that is written to it, and what is written is text.
    let _ = write_json(assessment, sources, options, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// Writes the same piece by piece: of a large plan the whole would fill memory once more.
///
/// # Errors
/// Where `out` can't be written.
pub fn write_json(
    assessment: &Assessment,
    sources: &Sources,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let writer = Writer { assessment, sources };
    let summary = assessment.summary();
    let shown: Vec<&Finding> = assessment.findings.iter().filter(|finding| options.shows(finding)).collect();
    let report = Report {
        schema_version: SCHEMA_VERSION,
        tool: Tool {
            name: "trueup",
            version: env!("CARGO_PKG_VERSION"),
            rules_digest: &assessment.rules_digest,
        },
        summary: Counts {
            pass: summary.pass,
            fail: summary.fail,
            undetermined: summary.undetermined,
            not_applicable: summary.not_applicable,
            error: summary.error,
            suppressed: summary.suppressed,
        },
        changes: assessment.changes().map(|changes| Changes {
            introduced: changes.introduced,
            kept: changes.kept,
            resolved: changes.resolved,
            drift: changes.drift,
        }),
        coverage: writer.ledger(&assessment.coverage),
        known: assessment.known.iter().map(compared).collect(),
        findings: Vec::new(),
    };
    let text = pretty(&report);
    // The findings come last. They are most of the report.
    let Some(head) = text.strip_suffix("]\n}").filter(|_| !shown.is_empty()) else {
        return writeln!(out, "{text}");
    };
    out.write_all(head.as_bytes())?;
    let format = |batch: &[&Finding]| -> Vec<String> {
        batch.par_chunks(CHUNK).map(|chunk| writer.listed(chunk)).collect()
    };
    let mut batches = shown.chunks(CHUNK * BATCH);
    let mut ready = batches.next().map(format).unwrap_or_default();
    let mut between = "";
    while !ready.is_empty() {
        let mut next = Vec::new();
        // What is ready is written while the next is made.
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| next = batches.next().map(format).unwrap_or_default());
            ready.iter().try_for_each(|part| {
                out.write_all(std::mem::replace(&mut between, ",").as_bytes())?;
                out.write_all(part.as_bytes())
            })
        })?;
        ready = next;
    }
    out.write_all(b"\n  ]\n}\n")
}

/// How many findings one thread writes at once.
const CHUNK: usize = 500;
/// How many times that many are made before they are written.
const BATCH: usize = 8;

/// What stands around the elements of a list in a list.
const LIST_START: &str = "[\n  [";
const LIST_END: &str = "\n  ]\n]";

/// Nothing in a report can fail to be written: its keys are names, its values text and numbers.
fn pretty(report: &impl Serialize) -> String {
    serde_json::to_string_pretty(report).unwrap_or_default()
}

/// Writes fixes for programs: those that fit together, each with every finding it closes, and the
/// findings whose fix was left out, with the reason.
pub fn fixes_json(
    assessment: &Assessment,
    sources: &Sources,
    chosen: &[(&Finding, &Fix)],
    left: &[(&Finding, String)],
    applied: bool,
) -> String {
    let writer = Writer { assessment, sources };
    let mut fixes: Vec<(&Fix, Closing<'_>)> = Vec::new();
    for (finding, fix) in chosen {
        match fixes.iter_mut().find(|(other, _)| other.edits == fix.edits) {
            Some((_, closing)) => closing.closes.push(closed(finding)),
            None => {
                fixes.push((fix, Closing { closes: vec![closed(finding)], fix: writer.offered(fix) }));
            }
        }
    }
    let report = FixReport {
        schema_version: SCHEMA_VERSION,
        applied,
        fixes: fixes.into_iter().map(|(_, closing)| closing).collect(),
        left: left.iter().map(|(finding, reason)| Remaining { finding: closed(finding), reason }).collect(),
    };
    pretty(&report) + "\n"
}

fn compared(known: &Known) -> Compared<'_> {
    Compared { against: &known.against, count: known.count, gone: known.gone.iter().map(gone).collect() }
}

fn gone(it: &Remembered) -> Gone<'_> {
    Gone { fingerprint: &it.fingerprint, rule: &it.rule, address: &it.address, file: &it.file }
}

fn closed(finding: &Finding) -> Closed<'_> {
    Closed { fingerprint: &finding.fingerprint, rule: &finding.rule, address: &finding.address }
}

/// What all parts of the report look things up in.
struct Writer<'a> {
    assessment: &'a Assessment,
    sources: &'a Sources,
}

impl<'a> Writer<'a> {
    fn ledger(&self, coverage: &'a Coverage) -> Ledger<'a> {
        Ledger {
            files: coverage.files,
            left_out: coverage.left_out,
            unparsed: coverage
                .unparsed
                .iter()
                .map(|bad| Unparsed { file: &bad.file, line: self.line(bad.location), message: &bad.message })
                .collect(),
            modules_unresolved: coverage
                .modules_unresolved
                .iter()
                .map(|call| Unresolved {
                    address: &call.address,
                    source: &call.source,
                    file: self.file(Some(call.location)),
                    line: self.line(Some(call.location)),
                })
                .collect(),
            resources: coverage.resources,
            resource_types_without_rules: coverage
                .resource_types_without_rules
                .keys()
                .map(String::as_str)
                .collect(),
            undetermined_inputs: coverage
                .undetermined_inputs
                .iter()
                .map(|(input, count)| Input { input, count: *count })
                .collect(),
            problems: coverage
                .problems
                .iter()
                .map(|problem| Problem {
                    message: &problem.message,
                    kind: problem.kind.name(),
                    file: self.file(problem.location),
                    line: self.line(problem.location),
                })
                .collect(),
        }
    }

    /// Findings as they stand in the list of a report: between its brackets.
    fn listed(&self, findings: &[&'a Finding]) -> String {
        let verdicts: Vec<Verdict<'_>> = findings.iter().map(|finding| self.verdict(finding)).collect();
        // A list in a list is as deep as one in the report.
        let mut text = pretty(&[verdicts]);
        if text.ends_with(LIST_END) {
            text.truncate(text.len() - LIST_END.len());
            text.drain(..LIST_START.len());
        }
        text
    }

    fn verdict(&self, finding: &'a Finding) -> Verdict<'a> {
        let rule = self.assessment.rules.get(&finding.rule);
        Verdict {
            fingerprint: &finding.fingerprint,
            rule: &finding.rule,
            aliases: rule.iter().flat_map(|rule| &rule.aliases).map(String::as_str).collect(),
            title: rule.map(|rule| rule.title.as_str()).unwrap_or_default(),
            severity: finding.severity.name(),
            criteria: rule.iter().flat_map(|rule| &rule.criteria).map(|(id, _)| id.as_str()).collect(),
            outcome: finding.outcome.name(),
            address: &finding.address,
            instances: finding.instances.iter().map(String::as_str).collect(),
            environments: finding.environments.iter().map(String::as_str).collect(),
            module: &finding.module,
            file: self.file(finding.location),
            range: self.range(finding.location),
            message: words::claim(finding),
            why: finding
                .why
                .iter()
                .map(|seen| Seen {
                    clause: &seen.clause,
                    path: &seen.path,
                    value: &seen.value,
                    origin: seen
                        .origin
                        .map(|at| Origin { file: self.file(Some(at)), line: self.line(Some(at)) }),
                })
                .collect(),
            fix: finding.fix.as_ref().map(|fix| self.offered(fix)),
            suppressed: finding.suppressed.as_ref().map(|by| Silenced {
                by: &by.by,
                reason: by.reason.as_deref(),
                until: by.until.as_deref(),
                approver: by.approver.as_deref(),
            }),
            change: finding.change.map(Change::name),
            drift: finding.drift,
            action: finding.action.as_deref(),
        }
    }

    fn offered(&self, fix: &'a Fix) -> Offered<'a> {
        Offered {
            title: &fix.title,
            applicability: fix.applicability.name(),
            effect: fix.effect.name(),
            caution: fix.caution.as_deref(),
            proved: fix.proved,
            reason: fix.reason.as_deref(),
            needs: fix.needs.as_deref(),
            edits: fix
                .edits
                .iter()
                .map(|edit| {
                    let at = Some(Location::new(edit.file, edit.span));
                    Replacement { file: self.file(at), range: self.range(at), text: &edit.text }
                })
                .collect(),
        }
    }

    fn file(&self, at: Option<Location>) -> Option<String> {
        place::path(self.sources, at?.file)
    }

    fn line(&self, at: Option<Location>) -> Option<u32> {
        Some(self.sources.place(at?)?.1.line)
    }

    fn range(&self, at: Option<Location>) -> Option<Range> {
        let (start, end) = place::positions(self.sources, at?)?;
        let place = |at: Position| Place { line: at.line, column: at.column };
        Some(Range { start: place(start), end: place(end) })
    }
}

/// The outcomes a report shows when nothing else is asked for.
pub(super) const SHOWN: [Outcome; 3] = [Outcome::Error, Outcome::Fail, Outcome::Undetermined];
