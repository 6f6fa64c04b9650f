//! What formats say alike: counts, reasons, what a fix is.
//!
//! In: an assessment, or one finding of it. Out: plain sentences on one line, cleaned and cut, that each
//! format escapes in its own way.

use std::borrow::Cow;

use crate::findings::{Assessment, Evidence, Finding, Fix, Outcome, RuleInfo, Severity};
use crate::source::Sources;

use super::place;
use super::text::{clean, cut};

/// Columns of a sentence; more is no help to a reader.
pub(super) const SENTENCE: usize = 400;
/// Columns of a value.
const VALUE: usize = 160;
/// Values and names that are told.
const NAMED: usize = 3;

/// `2 failed (1 critical, 1 high)`, and what else there is: `1 undetermined`, `3 passed`.
pub(super) fn counts(assessment: &Assessment) -> (String, Vec<String>) {
    let coverage = &assessment.coverage;
    let counts = assessment.summary();
    let head = if counts.fail > 0 {
        format!("{} failed ({})", counts.fail, severities(assessment))
    } else if counts.error > 0 || coverage.is_incomplete() {
        "Nothing failed, but not everything could be judged".to_owned()
    } else {
        "Nothing failed".to_owned()
    };
    let mut rest: Vec<String> = Vec::new();
    if counts.fail > 0 && coverage.is_incomplete() {
        rest.push("not everything could be judged".to_owned());
    }
    for (count, name) in [
        (counts.error, "could not be evaluated"),
        (counts.undetermined, "undetermined"),
        (counts.pass, "passed"),
        (counts.not_applicable, "not applicable"),
        (counts.suppressed, "suppressed"),
    ] {
        if count > 0 {
            rest.push(format!("{count} {name}"));
        }
    }
    (head, rest)
}

/// The counts as one sentence.
pub(super) fn summary(assessment: &Assessment) -> String {
    let (head, rest) = counts(assessment);
    match (rest.is_empty(), assessment.summary().fail) {
        (true, _) => format!("{head}."),
        (false, 0) => format!("{head}: {}.", rest.join(", ")),
        (false, _) => format!("{head}, {}.", rest.join(", ")),
    }
}

/// `1 critical, 2 high`
fn severities(assessment: &Assessment) -> String {
    let failed = |severity: Severity| {
        let open = assessment.findings.iter().filter(|f| f.is_open() && f.outcome == Outcome::Fail);
        open.filter(|finding| finding.severity == severity).count()
    };
    let counts: Vec<String> = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low]
        .into_iter()
        .map(|severity| (failed(severity), severity))
        .filter(|(count, _)| *count > 0)
        .map(|(count, severity)| format!("{count} {severity}"))
        .collect();
    counts.join(", ")
}

/// `The plan introduces 2, keeps 3, resolves 1.`
pub(super) fn changes(assessment: &Assessment) -> Option<String> {
    let changes = assessment.changes()?;
    let drift = match changes.drift {
        0 => String::new(),
        drift => format!(" {drift} came by a change made outside Terraform."),
    };
    Some(format!(
        "The plan introduces {}, keeps {}, resolves {}.{drift}",
        changes.introduced, changes.kept, changes.resolved
    ))
}

/// `Read 4 files, judged 6 resources; 1 part not read.`
pub(super) fn looked(assessment: &Assessment) -> String {
    let coverage = &assessment.coverage;
    let mut looked = format!(
        "Read {}, judged {}",
        counted(coverage.files, "file"),
        counted(coverage.resources, "resource")
    );
    if !coverage.unparsed.is_empty() {
        looked = format!("{looked}; {} not read", counted(coverage.unparsed.len(), "part"));
    }
    if coverage.left_out > 0 {
        looked = format!("{looked}; left out {} by scope", counted(coverage.left_out, "file"));
    }
    looked + "."
}

/// `1 file`, `2 files`
pub(super) fn counted(count: usize, name: &str) -> String {
    if count == 1 { format!("1 {name}") } else { format!("{count} {name}s") }
}

/// `CRITICAL` for a failure, the outcome for what is none.
pub(super) fn label(finding: &Finding) -> String {
    let word = match finding.outcome {
        Outcome::Fail => finding.severity.name(),
        other => other.name(),
    };
    word.to_uppercase().replace('_', " ")
}

/// What a finding says where nothing else introduces it: one that waits claims nothing.
pub(super) fn claim(finding: &Finding) -> Cow<'_, str> {
    match finding.outcome {
        Outcome::Undetermined => Cow::Owned(format!("Undetermined: {}", finding.message)),
        _ => Cow::Borrowed(&finding.message),
    }
}

/// What is wrong.
pub(super) fn message(finding: &Finding) -> String {
    cut(&clean(&finding.message), SENTENCE)
}

/// `CC6.1, CC6.7`
pub(super) fn criteria(rule: Option<&RuleInfo>) -> String {
    let ids: Vec<&str> = rule.iter().flat_map(|rule| &rule.criteria).map(|(id, _)| id.as_str()).collect();
    clean(&ids.join(", "))
}

/// `because self.encrypted = false (variables.tf:8)`, or what an undetermined verdict waits for.
pub(super) fn because(finding: &Finding, sources: &Sources) -> Option<String> {
    let seen = finding.why.iter().take(NAMED).map(|seen| evidence(seen, sources));
    let seen = seen.collect::<Vec<_>>().join(", ");
    let word = match finding.outcome {
        Outcome::Fail | Outcome::Error => "because",
        Outcome::Undetermined => "waits for",
        Outcome::Pass | Outcome::NotApplicable => return None,
    };
    (!seen.is_empty()).then(|| format!("{word} {seen}"))
}

/// `self.encrypted = false (variables.tf:8)`
fn evidence(seen: &Evidence, sources: &Sources) -> String {
    let at = seen.origin.and_then(|at| place::line(sources, at));
    let at = at.map_or_else(String::new, |at| format!(" ({})", cut(&clean(&at), VALUE)));
    format!("{} = {}{at}", cut(&clean(&seen.path), VALUE), cut(&clean(&seen.value), VALUE))
}

/// `concerns a, b, c + 2 more`, and the environments.
pub(super) fn concerns(finding: &Finding) -> Option<String> {
    let mut parts = Vec::new();
    if finding.instances.len() > 1 {
        parts.push(format!("concerns {}", some(&finding.instances)));
    }
    if !finding.environments.is_empty() {
        parts.push(format!("holds in {}", some(&finding.environments)));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn some(names: &[String]) -> String {
    let named: Vec<String> = names.iter().take(NAMED).map(|name| cut(&clean(name), VALUE)).collect();
    match names.len() - named.len() {
        0 => named.join(", "),
        more => format!("{} + {more} more", named.join(", ")),
    }
}

/// `Encrypt the volume (review, destroys-data). Look first.`
pub(super) fn fix(fix: &Fix) -> String {
    let mut text =
        format!("{} ({}, {})", clean(fix.title.trim_end_matches('.')), fix.applicability, fix.effect);
    let more = if fix.proved { &fix.caution } else { &fix.reason };
    if !fix.proved {
        text.push_str(". Not proved");
    }
    if let Some(more) = more {
        text.push_str(if fix.proved { ". " } else { ": " });
        text.push_str(&clean(more));
    }
    cut(&text, SENTENCE)
}

/// Why a finding is silent: the comment or setting, then the reason given.
pub(super) fn silenced(finding: &Finding) -> Option<String> {
    let by = finding.suppressed.as_ref()?;
    let mut text = format!("suppressed by {}", clean(&by.by));
    if let Some(reason) = &by.reason {
        text = format!("{text}: {}", clean(reason));
    }
    if let Some(until) = &by.until {
        text = format!("{text} (until {})", clean(until));
    }
    Some(cut(&text, SENTENCE))
}
