//! Writes findings for people and machines.

mod csv;
mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
mod place;
mod rdjson;
mod sarif;
mod terminal;
mod text;
mod unchecked;
mod words;

use crate::findings::{Finding, Outcome};

pub use csv::csv;
pub use github::github;
pub use gitlab::gitlab;
pub use json::{SCHEMA as JSON_SCHEMA, explained as explained_json, fixes_json, json, write_json};
pub use junit::junit;
pub use markdown::{LIMIT as MARKDOWN_LIMIT, markdown, markdown_code, markdown_text};
pub use rdjson::rdjson;
pub use sarif::sarif;
pub use terminal::{explained, terminal};
pub use text::clean;

/// What a report shows, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Findings with these outcomes.
    pub outcomes: Vec<Outcome>,
    /// Whether to colour text for people.
    pub color: bool,
    /// Columns of text for people.
    pub width: usize,
    /// Whether formats that know suppressed findings list them as such.
    pub suppressed: bool,
    /// What tells several analyses of one commit apart, in SARIF.
    pub category: String,
}

impl Options {
    /// Whether a finding is listed, where it stands or is listed as suppressed.
    fn shows(&self, finding: &Finding) -> bool {
        self.outcomes.contains(&finding.outcome) && (self.suppressed || finding.suppressed.is_none())
    }
}

/// The category where none is given.
pub const CATEGORY: &str = "trueup";

impl Default for Options {
    fn default() -> Self {
        Self {
            outcomes: json::SHOWN.to_vec(),
            color: false,
            width: 80,
            suppressed: true,
            category: CATEGORY.to_owned(),
        }
    }
}
