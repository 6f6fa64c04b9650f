//! Writes findings for people and machines.

mod json;

use crate::findings::Outcome;

pub use json::json;

/// What a report shows, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Findings with these outcomes.
    pub outcomes: Vec<Outcome>,
    /// Whether to colour text for people.
    pub color: bool,
    /// Columns of text for people.
    pub width: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { outcomes: json::SHOWN.to_vec(), color: false, width: 80 }
    }
}
