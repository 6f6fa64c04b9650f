//! What could not be followed, and what that means for a run.
//!
//! In: words and a place, from whoever reads or computes. Out: entries of the ledger. They stand this
//! low because everybody above may have one to tell.

use super::Location;

/// Something in the input that could not be followed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
    /// Where, if it has a place.
    pub location: Option<Location>,
    /// What it means for the run.
    pub kind: ProblemKind,
}

/// What a problem means for the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// Terraform would refuse it, or parts of the input don't fit together. What rests on it is
    /// undetermined.
    Refused,
    /// A limit was reached. What rests on it is undetermined.
    Limit,
    /// Resources were left unjudged: the run is not complete.
    Unjudged,
    /// Something that the verdicts rest on is old: they stand, but may have been overtaken.
    Outdated,
}

impl ProblemKind {
    /// As reports write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Limit => "limit",
            Self::Unjudged => "unjudged",
            Self::Outdated => "outdated",
        }
    }
}

impl Problem {
    /// One that leaves values undetermined.
    pub fn refused(message: impl Into<String>, location: Option<Location>) -> Self {
        Self { message: message.into(), location, kind: ProblemKind::Refused }
    }

    /// A limit that leaves values undetermined.
    pub fn limit(message: impl Into<String>, location: Option<Location>) -> Self {
        Self { message: message.into(), location, kind: ProblemKind::Limit }
    }

    /// Old facts that verdicts rest on.
    pub fn outdated(message: impl Into<String>) -> Self {
        Self { message: message.into(), location: None, kind: ProblemKind::Outdated }
    }

    /// One that leaves resources unjudged.
    pub fn unjudged(message: impl Into<String>, location: Option<Location>) -> Self {
        Self { message: message.into(), location, kind: ProblemKind::Unjudged }
    }
}
