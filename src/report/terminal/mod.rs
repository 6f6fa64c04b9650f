//! The report for people.
//!
//! In: an assessment and the sources it points into. Out: text for a terminal of some 80 columns:
//! failures with their source, reasons and fix; what waits for an input; what could not be read;
//! a summary. Nothing a stranger wrote reaches the terminal as a command.

mod chain;
mod changes;
mod excerpt;
mod finding;
mod fix;
mod summary;

use rayon::prelude::*;

use crate::findings::{Assessment, Finding, Outcome};
use crate::source::Sources;

use super::{Options, text};
pub use chain::explained;

/// Columns below which nothing is readable.
const NARROWEST: usize = 40;

/// Writes the assessment as text for a terminal, with the findings whose outcome the options name.
/// Suppressed findings are only counted.
pub fn terminal(assessment: &Assessment, sources: &Sources, options: &Options) -> String {
    let options = Options { width: options.width.max(NARROWEST), ..options.clone() };
    let mut out = String::new();
    // What must be acted on comes first, and each group keeps the order of the assessment.
    let groups: [&[Outcome]; 3] = [
        &[Outcome::Error, Outcome::Fail],
        &[Outcome::Undetermined],
        &[Outcome::Pass, Outcome::NotApplicable],
    ];
    for group in groups {
        let asked = |finding: &&Finding| {
            finding.is_open()
                && options.outcomes.contains(&finding.outcome)
                && group.contains(&finding.outcome)
        };
        let one = |finding: &Finding| {
            let mut text = String::new();
            finding::write(&mut text, finding, assessment.rules.get(&finding.rule), sources, &options);
            text
        };
        let texts: Vec<String> = assessment.findings.par_iter().filter(asked).map(one).collect();
        out.extend(texts);
    }
    changes::lists(&mut out, assessment, sources, &options);
    summary::unparsed(&mut out, &assessment.coverage, sources, &options);
    summary::write(&mut out, assessment, sources, &options);
    out
}

#[cfg(test)]
mod tests;
