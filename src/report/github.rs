//! Workflow commands of GitHub Actions: a job that prints them has annotations on its files.
//!
//! In: an assessment and the sources it points into. Out: lines `::error file=..::..`, and one plain
//! line of counts for the log. GitHub keeps ten of each level for a step and drops the rest in silence,
//! so the worst come first and the last one says how many there are more.
//!
//! The form is documented under "Workflow commands for GitHub Actions"; what must be escaped stands in
//! the runner's own `ActionCommand`.

use std::fmt::Write as _;

use crate::findings::{Assessment, Finding, Outcome, Severity};
use crate::source::{Location, Sources};

use super::unchecked::{Unchecked, unchecked};
use super::{Options, place, text, words};

/// What GitHub shows of each level for one step.
const SHOWN: usize = 10;
/// Columns of a path or a title.
const NAME: usize = 240;

/// Levels, worst first, as the commands are called.
const LEVELS: [&str; 3] = ["error", "warning", "notice"];

/// Writes open findings whose outcome the options name as annotations. What passed is none.
pub fn github(assessment: &Assessment, sources: &Sources, options: &Options) -> String {
    let mut out = String::new();
    let unchecked = unchecked(&assessment.coverage, sources);
    for (at, name) in LEVELS.into_iter().enumerate() {
        let shown =
            |finding: &&Finding| finding.is_open() && options.shows(finding) && level(finding) == Some(at);
        let findings = assessment.findings.iter().filter(shown).map(|finding| {
            let rule = assessment.rules.get(&finding.rule);
            let title = format!("{} {}", words::label(finding), finding.rule);
            let lines = [
                Some(words::message(finding)),
                words::because(finding, sources),
                words::concerns(finding),
                Some(words::criteria(rule)).filter(|ids| !ids.is_empty()).map(|ids| format!("SOC 2: {ids}")),
                finding.fix.as_ref().map(|fix| format!("fix: {}", words::fix(fix))),
            ];
            let message = lines.into_iter().flatten().collect::<Vec<_>>().join("\n");
            command(name, &properties(None, finding.location, &title, sources), &message)
        });
        let told = unchecked.iter().filter(|_| at == 0).map(|part: &Unchecked| {
            let title = if part.rule == "trueup/not-read" { "NOT READ" } else { "NOT JUDGED" };
            command(name, &properties(part.file.as_deref(), part.location, title, sources), &part.message)
        });
        let all: Vec<String> = told.chain(findings).collect();
        let room = if all.len() > SHOWN { SHOWN - 1 } else { SHOWN };
        for line in all.iter().take(room) {
            out.push_str(line);
        }
        if all.len() > room {
            let more = format!("{} more are not shown here: `trueup check` lists them all", all.len() - room);
            out.push_str(&command(name, "title=trueup", &more));
        }
    }
    let _ = writeln!(out, "trueup: {} {}", words::summary(assessment), words::looked(assessment));
    out
}

/// Place in [`LEVELS`].
fn level(finding: &Finding) -> Option<usize> {
    match (finding.outcome, finding.severity) {
        (Outcome::Error, _) | (Outcome::Fail, Severity::Critical | Severity::High) => Some(0),
        (Outcome::Fail, Severity::Medium) => Some(1),
        (Outcome::Fail, Severity::Low) | (Outcome::Undetermined, _) => Some(2),
        (Outcome::Pass | Outcome::NotApplicable, _) => None,
    }
}

/// `file=main.tf,line=3,col=5,endLine=3,endColumn=9,title=HIGH aws/..`
fn properties(file: Option<&str>, at: Option<Location>, title: &str, sources: &Sources) -> String {
    let path = at.and_then(|at| place::path(sources, at.file));
    let mut out = String::new();
    if let Some(path) = path.as_deref().or(file) {
        let path: String = place::bare(path).chars().map(text::shown).collect();
        let _ = write!(out, "file={},", property(&path));
    }
    if let Some((start, end)) = at.and_then(|at| place::positions(sources, at)) {
        let _ = write!(out, "line={},endLine={},", start.line, end.line);
        // Columns count only where they are on one line.
        if start.line == end.line {
            let _ = write!(out, "col={},endColumn={},", start.column, end.column);
        }
    }
    let _ = write!(out, "title={}", property(&text::cut(&text::clean(title), NAME)));
    out
}

fn command(level: &str, properties: &str, message: &str) -> String {
    format!("::{level} {properties}::{}\n", data(message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
