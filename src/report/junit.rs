//! JUnit XML: findings as tests, for pipelines that show test results.
//!
//! In: an assessment and the sources it points into. Out: a suite for each rule and a case for each
//! resource: failed, in error, or skipped where nobody can tell yet or somebody silenced it. What could
//! not be judged is in error in a suite of its own, which is there always: a report without any case is
//! an error to many readers. There is no time in it: the same input gives the same bytes.
//!
//! Jenkins' schemas (junit-4.xsd and junit-10.xsd, kept in tests/data) are held to: they know no attribute
//! for a place, so it stands first in a failure's text.

use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::findings::{Assessment, Change, Finding, Outcome};
use crate::source::Sources;

use super::unchecked::unchecked;
use super::{Options, place, text, words};

/// Columns of a name.
const NAME: usize = 400;

/// Writes the findings whose outcome the options name, and what could not be judged.
pub fn junit(assessment: &Assessment, sources: &Sources, options: &Options) -> String {
    let mut report = Report::new("trueup");
    report.add_test_suite(coverage(assessment, sources));
    let mut suites: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in assessment.findings.iter().filter(|finding| options.shows(finding)) {
        suites.entry(&finding.rule).or_default().push(finding);
    }
    for (rule, findings) in suites {
        let mut suite = TestSuite::new(rule);
        suite.add_test_cases(findings.into_iter().map(|finding| case(finding, assessment, sources)));
        report.add_test_suite(suite);
    }
    let text = report.to_string().unwrap_or_default();
    // No schema knows this count at the root; the suites have theirs.
    text.replacen(&format!(" skipped=\"{}\"", report.skipped), "", 1)
}

/// Whether everything could be judged.
fn coverage(assessment: &Assessment, sources: &Sources) -> TestSuite {
    let mut suite = TestSuite::new("trueup/coverage");
    let parts = unchecked(&assessment.coverage, sources);
    if parts.is_empty() {
        let mut case = TestCase::new("everything could be judged", TestCaseStatus::success());
        case.set_classname("trueup.coverage");
        suite.add_test_case(case);
    }
    for part in parts {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        let at = part.location.and_then(|at| place::line(sources, at)).or_else(|| part.file.clone());
        let at = line(&at.unwrap_or_default());
        status
            .set_type(part.rule)
            .set_message(&part.message)
            .set_description(format!("{at}\n{}", part.message));
        let name = if at.is_empty() { line(&part.message) } else { at };
        let mut case = TestCase::new(name, status);
        case.set_classname("trueup.coverage");
        suite.add_test_case(case);
    }
    suite
}

fn case(finding: &Finding, assessment: &Assessment, sources: &Sources) -> TestCase {
    let status = match (finding.outcome, words::silenced(finding)) {
        (Outcome::Fail | Outcome::Error | Outcome::Undetermined, Some(silenced)) => skipped(&silenced),
        (Outcome::Fail, _) if finding.change == Some(Change::Resolved) => skipped("the plan resolves it"),
        (Outcome::Fail, _) => failed(NonSuccessKind::Failure, finding, assessment, sources),
        (Outcome::Error, _) => failed(NonSuccessKind::Error, finding, assessment, sources),
        (Outcome::Undetermined, _) => {
            let waits = words::because(finding, sources).unwrap_or_else(|| words::message(finding));
            skipped(&format!("undetermined: {waits}"))
        }
        (Outcome::NotApplicable, _) => skipped("not applicable"),
        (Outcome::Pass, _) => TestCaseStatus::success(),
    };
    let mut case = TestCase::new(line(&finding.address), status);
    case.set_classname(line(&finding.rule).replace('/', "."));
    case
}

fn failed(
    kind: NonSuccessKind,
    finding: &Finding,
    assessment: &Assessment,
    sources: &Sources,
) -> TestCaseStatus {
    let criteria = words::criteria(assessment.rules.get(&finding.rule));
    let lines = [
        finding.location.and_then(|at| place::line(sources, at)).map(|at| line(&at)),
        Some(words::message(finding)),
        words::because(finding, sources),
        words::concerns(finding),
        (!criteria.is_empty()).then(|| format!("SOC 2: {criteria}")),
        finding.fix.as_ref().map(|fix| format!("fix: {}", words::fix(fix))),
    ];
    let mut status = TestCaseStatus::non_success(kind);
    status
        .set_type(words::label(finding).to_lowercase())
        .set_message(words::message(finding))
        .set_description(lines.into_iter().flatten().collect::<Vec<_>>().join("\n"));
    status
}

/// The reason stands inside: an older schema has no attribute for it.
fn skipped(reason: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_description(reason);
    status
}

fn line(text: &str) -> String {
    text::cut(&text::clean(text), NAME)
}
