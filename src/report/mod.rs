//! Writes findings for people and machines.

mod json;
mod sarif;
mod terminal;

use crate::findings::Outcome;

pub use json::{SCHEMA as JSON_SCHEMA, explained as explained_json, fixes_json, json};
pub use sarif::sarif;
pub use terminal::{clean, explained, terminal};

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
