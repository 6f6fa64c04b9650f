//! GitLab's Code Quality report: findings beside the lines of a merge request.
//!
//! In: an assessment and the sources it points into. Out: a JSON array of issues. GitLab compares two
//! such reports by their fingerprints and shows only the first of those that are alike, so each is unique
//! in its report; it looks paths up in the repository, so none begins with `./`.
//!
//! The form stands in GitLab's documentation under "Code Quality", "Import Code Quality results"; its
//! schema is kept in tests/data.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::findings::{Assessment, Finding, Outcome, Severity, fingerprint};
use crate::source::{Location, Sources};

use super::unchecked::unchecked;
use super::{Options, place, text, words};

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Place,
}

#[derive(Serialize)]
struct Place {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// Writes open findings whose outcome the options name, and what could not be judged. What passed is no
/// issue.
pub fn gitlab(assessment: &Assessment, sources: &Sources, options: &Options) -> String {
    let mut issues: Vec<Issue> = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut unique = |identity: &str| {
        let count = seen.entry(identity.to_owned()).or_default();
        *count += 1;
        // The first keeps the finding's own fingerprint: others come and go without touching it.
        if *count == 1 { identity.to_owned() } else { fingerprint(identity, &count.to_string(), "") }
    };
    for part in unchecked(&assessment.coverage, sources) {
        let path = part.file.clone().unwrap_or_default();
        issues.push(Issue {
            description: format!("Not everything could be judged: {}", part.message),
            check_name: part.rule.to_owned(),
            fingerprint: unique(&fingerprint(part.rule, &path, &part.message)),
            severity: "blocker",
            location: located(part.file, part.location, sources),
        });
    }
    for finding in assessment.findings.iter().filter(|finding| finding.is_open() && options.shows(finding)) {
        let Some(severity) = severity(finding) else { continue };
        let rule = assessment.rules.get(&finding.rule);
        let lead = if finding.outcome == Outcome::Undetermined { "Undetermined: " } else { "" };
        let parts = [
            Some(format!("{lead}{}", words::message(finding))),
            words::because(finding, sources),
            Some(words::criteria(rule)).filter(|ids| !ids.is_empty()).map(|ids| format!("SOC 2: {ids}")),
        ];
        issues.push(Issue {
            description: parts.into_iter().flatten().collect::<Vec<_>>().join("; "),
            check_name: finding.rule.to_string(),
            fingerprint: unique(&finding.fingerprint),
            severity,
            location: located(None, finding.location, sources),
        });
    }
    // Plain structs with keys that are names: nothing can fail to be written.
    serde_json::to_string_pretty(&issues).unwrap_or_default() + "\n"
}

fn severity(finding: &Finding) -> Option<&'static str> {
    match (finding.outcome, finding.severity) {
        (Outcome::Error, _) | (Outcome::Fail, Severity::Critical) => Some("blocker"),
        (Outcome::Fail, Severity::High) => Some("critical"),
        (Outcome::Fail, Severity::Medium) => Some("major"),
        (Outcome::Fail, Severity::Low) => Some("minor"),
        (Outcome::Undetermined, _) => Some("info"),
        (Outcome::Pass | Outcome::NotApplicable, _) => None,
    }
}

/// A place that is there even where nothing is known: GitLab refuses an issue without one.
fn located(file: Option<String>, at: Option<Location>, sources: &Sources) -> Place {
    let path = at.and_then(|at| place::path(sources, at.file)).or(file).unwrap_or_else(|| ".".to_owned());
    let lines = at.and_then(|at| place::positions(sources, at));
    let (begin, end) = lines.map_or((1, 1), |(start, end)| (start.line, end.line));
    Place { path: place::bare(&path).chars().map(text::shown).collect(), lines: Lines { begin, end } }
}
