//! What a review is made of, as plain data.
//!
//! In: nothing. Out: the types by which the command line hands over what a run found, and which the other
//! files here turn into comments. Nothing in them needs the tree any more, and no secret is in them.

use crate::findings::{Applicability, Effect, Severity, Summary};

/// Lines of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The path from the root of the repository, with `/`.
    pub path: String,
    /// The first line, from 1.
    pub line: u32,
    /// The last line.
    pub end_line: u32,
    /// First and last column in characters, from 1, where all is on one line.
    pub columns: Option<(u32, u32)>,
}

/// What would put a finding right.
#[derive(Clone, Debug)]
pub struct Remedy {
    /// What it does.
    pub title: String,
    /// Who must look.
    pub applicability: Applicability,
    /// What apply does.
    pub effect: Effect,
    /// Whether the resource is new with this change, so that there is nothing to replace.
    pub fresh: bool,
    /// What to look out for.
    pub caution: Option<String>,
    /// The file that it changes, where it changes one and may be offered to be committed.
    pub path: Option<String>,
    /// The change as a unified diff, where it can be shown.
    pub diff: Option<String>,
    /// Why nothing is offered.
    pub reason: Option<String>,
}

/// A failure that was not there before.
#[derive(Clone, Debug)]
pub struct Remark {
    /// Its identity.
    pub fingerprint: String,
    /// The rule's id.
    pub rule: String,
    /// What good looks like.
    pub title: String,
    /// How bad.
    pub severity: Severity,
    /// What is wrong, naming the resource.
    pub message: String,
    /// Where.
    pub place: Option<Place>,
    /// What the verdict rests on: a value's path, the value, and where it was decided.
    pub seen: Vec<(String, String, Option<String>)>,
    /// The criteria that it touches, each with its reason.
    pub criteria: Vec<(String, String)>,
    /// The fix.
    pub remedy: Option<Remedy>,
}

/// Failures by severity, and the other outcomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// Verdicts by outcome.
    pub outcomes: Summary,
    /// Failures: critical, high, medium, low.
    pub failures: [usize; 4],
}

/// A failure of which only the name is told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// The rule's id.
    pub rule: String,
    /// The resource.
    pub address: String,
}

/// Everything that is told of a pull request.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// New failures, worst first.
    pub remarks: Vec<Remark>,
    /// Failures that are gone.
    pub resolved: Vec<Named>,
    /// Failures that were there and are now silenced.
    pub silenced: Vec<Named>,
    /// Failures that were there and stay.
    pub kept: usize,
    /// Before the change.
    pub before: Score,
    /// After it.
    pub after: Score,
    /// What could not be judged, one line each.
    pub unjudged: Vec<String>,
    /// What the reader should know of the comparison, one line each.
    pub notes: Vec<String>,
    /// How severe a new failure must be to fail the run.
    pub threshold: Option<Severity>,
}

impl Told {
    /// The new failures that are at least as severe as asked for.
    pub fn failing(&self) -> usize {
        let least = self.threshold.unwrap_or(Severity::Low);
        self.remarks.iter().filter(|remark| remark.severity >= least).count()
    }

    /// Whether there is anything to say.
    pub fn is_silent(&self) -> bool {
        let quiet = self.remarks.is_empty() && self.resolved.is_empty() && self.silenced.is_empty();
        quiet && self.before == self.after && self.unjudged.is_empty()
    }
}

/// The files that fixes change.
pub trait Texts {
    /// A file as the pull request leaves it.
    fn before(&self, path: &str) -> Option<&str>;
    /// The same after the fixes of some remarks, by their numbers, where they fit together and change no
    /// other file.
    fn after(&self, path: &str, remarks: &[usize]) -> Option<String>;
    /// Whether a line of it, from 1, must not be shown.
    fn is_secret(&self, path: &str, line: u32) -> bool;
}
