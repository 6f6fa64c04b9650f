//! What a verdict or a value rests on, step by step, as reports draw it.

use std::sync::Arc;

use crate::source::Location;

use super::Outcome;

/// What is known of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is known.
    Known,
    /// Only an input that is not here, or apply, decides it.
    Unknown,
    /// Nothing sets it.
    Absent,
}

/// One step, and those that it rests on.
#[derive(Clone, Debug)]
pub struct Chain {
    /// What it is: `var.versioned`, `module.logs argument versioned`, a literal as it is written.
    pub name: String,
    /// The value, as Terraform writes it; none for a literal, whose name it is.
    pub value: Option<String>,
    /// What is known of the value.
    pub state: State,
    /// Where it is written.
    pub at: Option<Location>,
    /// Whether the chain ends here.
    pub decides: bool,
    /// What a reader should know of this step: why it ends here, which input would decide.
    pub note: Option<String>,
    /// What it rests on.
    pub below: Vec<Self>,
}

/// A verdict, or a value, with its chains.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The root module it was found in.
    pub root: String,
    /// The environment, where roots are judged for several.
    pub environment: Option<String>,
    /// The verdict; none where a value was asked for.
    pub verdict: Option<Explanation>,
    /// The clauses of the verdict, or the value.
    pub chains: Vec<Chain>,
}

/// The verdict that is explained.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// See [`fingerprint`](super::fingerprint()).
    pub fingerprint: String,
    /// The rule's id.
    pub rule: Arc<str>,
    /// What it concluded.
    pub outcome: Outcome,
    /// The resource's address.
    pub address: String,
    /// What is wrong.
    pub message: String,
}
