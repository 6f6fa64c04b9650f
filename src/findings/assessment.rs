//! Everything one run concluded, and what it did not look at.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::source::{Location, Problem, ProblemKind};

use super::{Change, Finding, Outcome, Severity};

/// What reports need to know of a rule.
#[derive(Clone, Debug)]
pub struct RuleInfo {
    /// Path under rules/, without the ending.
    pub id: Arc<str>,
    /// What good looks like.
    pub title: String,
    /// How bad a failure is.
    pub severity: Severity,
    /// Trust Services Criteria, each with its reason, in order.
    pub criteria: Vec<(String, String)>,
    /// Ids of other tools' checks.
    pub aliases: Vec<String>,
    /// The comment above the rule: why it exists.
    pub description: String,
    /// Facts of the outside world that it holds, such as a list of versions: when they were right.
    pub dated: Option<Dated>,
}

/// Facts of the outside world as they were on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated {
    /// The day: `YYYY-MM-DD`.
    pub as_of: String,
    /// Where they stand.
    pub source: String,
}

/// A part of a file that could not be parsed, or a file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnparsedFile {
    /// The path.
    pub file: String,
    /// Where, for a syntax error.
    pub location: Option<Location>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// A module call whose source is not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnresolvedModule {
    /// `module.vpc`
    pub address: String,
    /// The source as written.
    pub source: String,
    /// The call.
    pub location: Location,
}

/// The ledger: what was looked at, and what was not.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// Files read.
    pub files: usize,
    /// What could not be read or parsed.
    pub unparsed: Vec<UnparsedFile>,
    /// Modules not here.
    pub modules_unresolved: Vec<UnresolvedModule>,
    /// Resource instances judged.
    pub resources: usize,
    /// Types for which no rule exists, with how many resources there are.
    pub resource_types_without_rules: BTreeMap<String, usize>,
    /// Inputs that would decide an undetermined verdict, with how many wait for each.
    pub undetermined_inputs: BTreeMap<String, usize>,
    /// Expressions that Terraform would refuse, and limits that were reached.
    pub problems: Vec<Problem>,
}

impl Coverage {
    /// Whether a part of the input was left unjudged: it can't be read, or a limit was reached.
    pub fn is_incomplete(&self) -> bool {
        !self.unparsed.is_empty() || self.unjudged().next().is_some()
    }

    /// What left resources unjudged.
    pub fn unjudged(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(|problem| problem.kind == ProblemKind::Unjudged)
    }
}

/// How many verdicts of each kind; suppressed findings count only there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "named by outcome")]
pub struct Summary {
    pub pass: usize,
    pub fail: usize,
    pub undetermined: usize,
    pub not_applicable: usize,
    pub error: usize,
    pub suppressed: usize,
}

/// Everything one run concluded.
#[derive(Clone, Debug, Default)]
pub struct Assessment {
    /// Every verdict, ordered by severity (worst first), file, place, rule.
    pub findings: Vec<Finding>,
    /// The rules that ran, by id.
    pub rules: BTreeMap<Arc<str>, RuleInfo>,
    /// The ledger.
    pub coverage: Coverage,
    /// Identity of the rule set: 16 hexadecimal digits.
    pub rules_digest: String,
    /// Whether a plan was judged against the state it starts from.
    pub compared: bool,
}

/// What plans do with failures; suppressed ones are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Failures that are not there now.
    pub introduced: usize,
    /// Failures that stay.
    pub kept: usize,
    /// Failures that go.
    pub resolved: usize,
    /// Of those kept or resolved: how many came by a change outside Terraform.
    pub drift: usize,
}

impl Assessment {
    /// Counts what plans change; `None` where nothing was compared.
    pub fn changes(&self) -> Option<Changes> {
        let mut changes = Changes::default();
        for finding in self.findings.iter().filter(|finding| finding.suppressed.is_none()) {
            match finding.change {
                Some(Change::Introduced) => changes.introduced += 1,
                Some(Change::Kept) => changes.kept += 1,
                Some(Change::Resolved) => changes.resolved += 1,
                None => {}
            }
            changes.drift += usize::from(finding.drift);
        }
        self.compared.then_some(changes)
    }

    /// Counts the verdicts, without failures that a plan resolves.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        let standing = |finding: &&Finding| finding.change != Some(Change::Resolved);
        for finding in self.findings.iter().filter(standing) {
            let slot = match finding.outcome {
                _ if finding.suppressed.is_some() => &mut summary.suppressed,
                Outcome::Pass => &mut summary.pass,
                Outcome::Fail => &mut summary.fail,
                Outcome::Undetermined => &mut summary.undetermined,
                Outcome::NotApplicable => &mut summary.not_applicable,
                Outcome::Error => &mut summary.error,
            };
            *slot += 1;
        }
        summary
    }
}
