//! The report as Markdown: for the summary of a CI step, a comment on a pull request, a ticket.
//!
//! In: an assessment and the sources it points into. Out: GitHub-flavoured Markdown under [`LIMIT`]
//! bytes: counts, failures with their criteria and fixes, what waits for an input, what is suppressed,
//! and what was not checked. Text from the tree can neither break out of its cell nor mention anybody.

mod coverage;
mod escape;

use crate::findings::{Applicability, Assessment, Finding, Fix, Outcome, RuleInfo};
use crate::source::Sources;

use super::{Options, place, words};
pub use escape::{markdown_code, markdown_text};

/// Bytes of a whole report. GitHub takes 65,536 characters of a comment and 1 MiB of a step's summary.
pub const LIMIT: usize = 58_000;
/// Bytes kept free for what follows the tables.
const RESERVE: usize = 14_000;
/// Rows of one table.
const ROWS: usize = 100;
/// Columns of a name.
const NAME: usize = 120;

/// Writes the findings whose outcome the options name, and what was not checked.
pub fn markdown(assessment: &Assessment, sources: &Sources, options: &Options) -> String {
    let (head, _) = words::counts(assessment);
    let mut out = format!("## trueup: {}\n\n", head.split(" (").next().unwrap_or(&head));
    out.push_str(&words::summary(assessment));
    if let Some(changes) = words::changes(assessment) {
        out.push(' ');
        out.push_str(&changes);
    }
    out.push_str("\n\n");
    let writer = Writer { assessment, sources };
    let of = |outcomes: &[Outcome]| {
        let wanted = |finding: &&Finding| {
            finding.is_open() && options.shows(finding) && outcomes.contains(&finding.outcome)
        };
        assessment.findings.iter().filter(wanted).collect::<Vec<_>>()
    };
    let failed = of(&[Outcome::Error, Outcome::Fail]);
    coverage::unread(&mut out, assessment, sources);
    criteria(&mut out, assessment, &failed);
    writer.table(&mut out, &["Severity", "Finding", "Where", "SOC 2", "Fix"], &failed, Writer::failed);
    fixes(&mut out, &failed);
    let waiting = ["Finding", "Where", "Waits for"];
    writer.folded(&mut out, "undetermined", &waiting, &of(&[Outcome::Undetermined]), Writer::waiting);
    let silent: Vec<&Finding> = assessment
        .findings
        .iter()
        .filter(|finding| finding.suppressed.is_some() && options.shows(finding))
        .collect();
    writer.folded(&mut out, "suppressed", &["Finding", "Where", "Why"], &silent, Writer::silent);
    let columns = ["Rule", "Resource", "Where"];
    writer.folded(&mut out, "passed", &columns, &of(&[Outcome::Pass]), Writer::passed);
    writer.folded(&mut out, "not applicable", &columns, &of(&[Outcome::NotApplicable]), Writer::passed);
    coverage::write(&mut out, assessment, sources);
    out
}

/// `**SOC 2**: CC6.1 (3), CC6.7 (1)`: how many failures stand against each criterion.
fn criteria(out: &mut String, assessment: &Assessment, failed: &[&Finding]) {
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    let failed = failed.iter().filter(|finding| finding.outcome == Outcome::Fail);
    for (id, _) in
        failed.filter_map(|finding| assessment.rules.get(&finding.rule)).flat_map(|rule| &rule.criteria)
    {
        *counts.entry(id).or_default() += 1;
    }
    if counts.is_empty() {
        return;
    }
    let all: Vec<String> =
        counts.iter().map(|(id, count)| format!("{} ({count})", markdown_text(id, NAME))).collect();
    out.push_str(&format!("**SOC 2 criteria with failures**: {}\n\n", all.join(", ")));
}

/// How to come by what is offered.
fn fixes(out: &mut String, failed: &[&Finding]) {
    let proved: Vec<&Fix> =
        failed.iter().filter_map(|finding| finding.fix.as_ref()).filter(|fix| fix.proved).collect();
    if proved.is_empty() {
        return;
    }
    let auto = proved.iter().filter(|fix| fix.applicability == Applicability::Auto).count();
    let apply = match auto {
        0 => String::new(),
        auto => format!("; `trueup fix --write` applies those of {auto} marked auto"),
    };
    let proved = words::counted(proved.len(), "finding");
    out.push_str(&format!("Proved fixes for {proved}: `trueup fix` prints them as a patch{apply}.\n\n"));
}

/// What all tables look things up in.
struct Writer<'a> {
    assessment: &'a Assessment,
    sources: &'a Sources,
}

type Row<'a> = fn(&Writer<'a>, &Finding) -> Vec<String>;

impl<'a> Writer<'a> {
    /// A table of as many findings as there is room for.
    fn table(&self, out: &mut String, columns: &[&str], findings: &[&Finding], row: Row<'a>) {
        if findings.is_empty() {
            return;
        }
        out.push_str(&format!("| {} |\n|{}\n", columns.join(" | "), " --- |".repeat(columns.len())));
        let mut written = 0;
        for finding in findings.iter().take(ROWS) {
            let line = format!("| {} |\n", row(self, finding).join(" | "));
            if out.len() + line.len() > LIMIT - RESERVE {
                break;
            }
            out.push_str(&line);
            written += 1;
        }
        out.push('\n');
        if written < findings.len() {
            out.push_str(&format!(
                "{} more are not shown here: `trueup check` lists them all.\n\n",
                findings.len() - written
            ));
        }
    }

    /// A table that is opened by a click.
    fn folded(&self, out: &mut String, name: &str, columns: &[&str], findings: &[&Finding], row: Row<'a>) {
        if findings.is_empty() {
            return;
        }
        out.push_str(&format!("<details><summary>{} {name}</summary>\n\n", findings.len()));
        self.table(out, columns, findings, row);
        out.push_str("</details>\n\n");
    }

    fn rule(&self, finding: &Finding) -> Option<&RuleInfo> {
        self.assessment.rules.get(&finding.rule)
    }

    fn place(&self, finding: &Finding) -> String {
        let at = finding.location.and_then(|at| place::line(self.sources, at));
        at.map_or_else(|| "–".to_owned(), |at| markdown_code(&at, NAME))
    }

    /// The message, then the rule; and what it concerns.
    fn what(&self, finding: &Finding) -> String {
        let mut text = markdown_text(&finding.message, words::SENTENCE);
        text.push_str(&format!("<br>{}", markdown_code(&finding.rule, NAME)));
        if let Some(concerns) = words::concerns(finding) {
            text.push_str(&format!("<br>{}", markdown_text(&concerns, words::SENTENCE)));
        }
        if let Some(change) = finding.change {
            text.push_str(&format!("<br>{change} by the plan"));
        }
        text
    }

    fn failed(&self, finding: &Finding) -> Vec<String> {
        let fix = finding
            .fix
            .as_ref()
            .map_or_else(|| "–".to_owned(), |fix| markdown_text(&words::fix(fix), words::SENTENCE));
        let word = words::label(finding).to_lowercase();
        let because = words::because(finding, self.sources)
            .map_or_else(String::new, |text| format!("<br>{}", markdown_text(&text, words::SENTENCE)));
        vec![
            if word == "critical" || word == "error" { format!("**{word}**") } else { word },
            format!("{}{because}", self.what(finding)),
            self.place(finding),
            markdown_text(&words::criteria(self.rule(finding)), NAME),
            fix,
        ]
    }

    fn waiting(&self, finding: &Finding) -> Vec<String> {
        let waits = words::because(finding, self.sources).unwrap_or_default();
        let waits = waits.strip_prefix("waits for ").unwrap_or(&waits);
        vec![self.what(finding), self.place(finding), markdown_text(waits, words::SENTENCE)]
    }

    fn silent(&self, finding: &Finding) -> Vec<String> {
        let why = words::silenced(finding).unwrap_or_default();
        let why = why.strip_prefix("suppressed by ").unwrap_or(&why);
        vec![self.what(finding), self.place(finding), markdown_text(why, words::SENTENCE)]
    }

    fn passed(&self, finding: &Finding) -> Vec<String> {
        vec![markdown_code(&finding.rule, NAME), markdown_code(&finding.address, NAME), self.place(finding)]
    }
}
