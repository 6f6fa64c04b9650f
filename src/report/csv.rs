//! Findings as a table for spreadsheets: what an auditor or a ticket import asks for.
//!
//! In: an assessment and the sources it points into. Out: CSV as RFC 4180 has it, a header row, one row
//! for each finding, and one for each part that could not be judged. A cell that a spreadsheet would run
//! as a formula begins with an apostrophe instead.

use csv::{Terminator, WriterBuilder};

use crate::findings::{Assessment, Change, Finding, RuleInfo};
use crate::source::{Location, Sources};

use super::unchecked::{Unchecked, unchecked};
use super::{Options, place, text, words};

/// The header row.
const COLUMNS: [&str; 22] = [
    "outcome",
    "severity",
    "rule",
    "title",
    "criteria",
    "address",
    "instances",
    "environments",
    "file",
    "line",
    "column",
    "message",
    "reason",
    "fix",
    "applicability",
    "effect",
    "suppressed_by",
    "suppressed_reason",
    "suppressed_until",
    "change",
    "action",
    "fingerprint",
];
/// Characters of a cell; a spreadsheet takes 32,767.
const MAX_CELL: usize = 8000;

/// Writes the findings whose outcome the options name, and what could not be judged.
pub fn csv(assessment: &Assessment, sources: &Sources, options: &Options) -> String {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    let unchecked = unchecked(&assessment.coverage, sources);
    let rows = unchecked.iter().map(|part| unjudged(part, sources));
    let shown = assessment.findings.iter().filter(|finding| options.shows(finding));
    let rows = rows.chain(shown.map(|it| row(it, assessment.rules.get(&it.rule), sources)));
    // All rows have as many cells, and a vector takes what is written: nothing can fail.
    let _ = writer.write_record(COLUMNS);
    for row in rows {
        let _ = writer.write_record(row.map(|cell| safe(&cell)));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

fn row(finding: &Finding, rule: Option<&RuleInfo>, sources: &Sources) -> [String; COLUMNS.len()] {
    let (file, line, column) = spot(finding.location, sources);
    let by = finding.suppressed.as_ref();
    let fix = finding.fix.as_ref();
    [
        finding.outcome.to_string(),
        finding.severity.to_string(),
        finding.rule.to_string(),
        rule.map(|rule| rule.title.clone()).unwrap_or_default(),
        words::criteria(rule),
        finding.address.clone(),
        finding.instances.join("; "),
        finding.environments.join("; "),
        file,
        line,
        column,
        words::claim(finding).into_owned(),
        words::because(finding, sources).unwrap_or_default(),
        fix.map(words::fix).unwrap_or_default(),
        fix.map(|fix| fix.applicability.to_string()).unwrap_or_default(),
        fix.map(|fix| fix.effect.to_string()).unwrap_or_default(),
        by.map(|by| by.by.clone()).unwrap_or_default(),
        by.and_then(|by| by.reason.clone()).unwrap_or_default(),
        by.and_then(|by| by.until.clone()).unwrap_or_default(),
        finding.change.map(Change::name).unwrap_or_default().to_owned(),
        finding.action.clone().unwrap_or_default(),
        finding.fingerprint.clone(),
    ]
}

/// The outcome says that there is no verdict.
fn unjudged(part: &Unchecked, sources: &Sources) -> [String; COLUMNS.len()] {
    let (file, line, column) = spot(part.location, sources);
    let mut row = [const { String::new() }; COLUMNS.len()];
    let cells = [
        ("outcome", part.rule.trim_start_matches("trueup/").replace('-', "_")),
        ("rule", part.rule.to_owned()),
        ("file", if file.is_empty() { part.file.clone().unwrap_or_default() } else { file }),
        ("line", line),
        ("column", column),
        ("message", part.message.clone()),
    ];
    for (name, value) in cells {
        if let Some(cell) = COLUMNS.iter().position(|column| *column == name).and_then(|at| row.get_mut(at)) {
            *cell = value;
        }
    }
    row
}

/// File, line and column; all empty where there is no place.
fn spot(at: Option<Location>, sources: &Sources) -> (String, String, String) {
    let found = at.and_then(|at| Some((place::path(sources, at.file)?, place::positions(sources, at)?.0)));
    found.map_or_else(Default::default, |(path, start)| {
        (place::bare(&path).to_owned(), start.line.to_string(), start.column.to_string())
    })
}

/// One line that no spreadsheet runs.
fn safe(cell: &str) -> String {
    let cell = text::cut(&text::clean(cell), MAX_CELL);
    // Full-width forms count as formulas in some spreadsheets too.
    let formula = ['=', '+', '-', '@', '\t', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
    if cell.starts_with(formula) { format!("'{cell}") } else { cell }
}
