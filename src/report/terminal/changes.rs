//! What a plan resolves, and what drift brought: listed apart from what stands.
//!
//! In: an assessment of a plan. Out: a line for each such failure, and the sentence that counts them.

use crate::findings::{Assessment, Change, Finding, Outcome};
use crate::report::{Options, words};
use crate::source::Sources;

use super::finding::spot;
use super::text::{Paint, clean, hanging};

/// Failures named in a list.
const NAMED: usize = 20;

/// Lists what goes, and what was changed outside Terraform.
pub(super) fn lists(out: &mut String, assessment: &Assessment, sources: &Sources, options: &Options) {
    if !options.outcomes.contains(&Outcome::Fail) {
        return;
    }
    let of = |wanted: fn(&Finding) -> bool| {
        let open = assessment.findings.iter().filter(|finding| finding.suppressed.is_none());
        open.filter(|finding| wanted(finding)).collect::<Vec<_>>()
    };
    let resolved = of(|finding| finding.change == Some(Change::Resolved));
    list(out, "The plan resolves", &resolved, sources, options);
    let drift = of(|finding| finding.drift);
    list(out, "Changed outside Terraform", &drift, sources, options);
}

fn list(out: &mut String, title: &str, findings: &[&Finding], sources: &Sources, options: &Options) {
    if findings.is_empty() {
        return;
    }
    let paint = Paint(options.color);
    hanging(out, &format!("{title}:"), &paint.bold(&format!("{title}:")), "", 2, options.width);
    for finding in findings.iter().take(NAMED) {
        let at = finding.location.and_then(|at| spot(sources, at, options.width / 2));
        let at = at.map_or_else(String::new, |at| format!(" ({at})"));
        let stays = match (finding.drift, finding.change) {
            (true, Some(Change::Kept)) => "; the plan keeps it",
            (true, Some(Change::Resolved)) => "; the plan resolves it",
            _ => "",
        };
        let text = format!("{}: {}{at}{stays}", clean(&finding.rule), clean(&finding.message));
        hanging(out, "  ", "  ", &text, 4, options.width);
    }
    if findings.len() > NAMED {
        hanging(out, "  ", "  ", &format!("and {} more", findings.len() - NAMED), 4, options.width);
    }
    out.push('\n');
}

/// `The plan introduces 2, keeps 3, resolves 1.`
pub(super) fn sentence(out: &mut String, assessment: &Assessment, options: &Options) {
    if let Some(text) = words::changes(assessment) {
        hanging(out, "", "", &text, 2, options.width);
    }
}
