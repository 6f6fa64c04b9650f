//! What a run left unjudged: a report that does not tell is taken for a pass.
//!
//! In: the coverage ledger. Out: one entry for each part that could not be read, and for each limit that
//! left resources unjudged, in the same words for every format. Rule errors are findings already.

use crate::findings::Coverage;
use crate::source::{Location, Sources};

use super::place;
use super::text::{clean, cut};
use super::words::SENTENCE;

/// A part of the input that no verdict covers.
pub(super) struct Unchecked {
    /// `trueup/not-read` or `trueup/not-judged`: stands where findings name their rule.
    pub(super) rule: &'static str,
    /// What is wrong, and what to do.
    pub(super) message: String,
    /// The file, where there is one.
    pub(super) file: Option<String>,
    /// Where in the file.
    pub(super) location: Option<Location>,
}

/// Everything that was left unjudged, in the order of the ledger.
pub(super) fn unchecked(coverage: &Coverage, sources: &Sources) -> Vec<Unchecked> {
    let unparsed = coverage.unparsed.iter().map(|bad| {
        let help = bad.help.as_ref().map_or_else(String::new, |help| format!(". {help}"));
        Unchecked {
            rule: "trueup/not-read",
            message: cut(&clean(&format!("{}{help}", bad.message)), SENTENCE),
            file: Some(place::bare(&bad.file).to_owned()),
            location: bad.location,
        }
    });
    let unjudged = coverage.unjudged().map(|problem| Unchecked {
        rule: "trueup/not-judged",
        message: cut(&clean(&problem.message), SENTENCE),
        file: problem
            .location
            .and_then(|at| place::path(sources, at.file))
            .map(|path| place::bare(&path).to_owned()),
        location: problem.location,
    });
    unparsed.chain(unjudged).collect()
}
