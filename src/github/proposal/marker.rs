//! What a pull request says about itself where people don't see it.
//!
//! In: a group and its findings. Out: one HTML comment, and back. Whoever may edit the text may edit it
//! too: it is read with care, and nothing worse comes of a false one than a pull request too many.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

const OPEN: &str = "<!-- trueup:v1 ";
const CLOSE: &str = " -->";
/// The longest marker that is read.
const MAX: usize = 20_000;

/// Which pull request of trueup's it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// What is in one pull request: `criterion`, `service`, `rule`, `all`.
    pub group: String,
    /// Which of them: `CC6.1`.
    pub key: String,
    /// `auto` or `review`.
    pub kind: String,
    /// What narrows the run: paths, rules, a base branch of its own. Empty for all there is.
    pub scope: String,
    /// The fingerprints of the findings that it closes.
    #[serde(default)]
    pub findings: BTreeSet<String>,
    /// Identity of the text that it was given.
    #[serde(default)]
    pub text: String,
    /// trueup closed it, because nothing was left to fix: no no.
    #[serde(default)]
    pub done: bool,
}

impl Marker {
    /// As a comment.
    pub fn write(&self) -> String {
        // Two dashes and a bracket end a comment; inside a JSON string they may be written otherwise.
        let json = serde_json::to_string(self).unwrap_or_default();
        let json = json.replace("--", "\\u002d\\u002d").replace('<', "\\u003c").replace('>', "\\u003e");
        format!("{OPEN}{json}{CLOSE}")
    }

    /// From a pull request's text.
    pub fn read(body: &str) -> Option<Self> {
        let (_, rest) = body.split_once(OPEN)?;
        let (json, _) = rest.split_once(CLOSE)?;
        (json.len() <= MAX).then(|| serde_json::from_str(json).ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_it_early() {
        let marker = Marker {
            group: "all".to_owned(),
            scope: "a --> <b> -- \"c\"".to_owned(),
            findings: BTreeSet::from(["0123".to_owned()]),
            ..Marker::default()
        };
        let text = marker.write();
        assert_eq!(text.matches("--").count(), 2, "{text}");
        assert_eq!(Marker::read(&format!("x\n{text}\ny")), Some(marker));
        assert_eq!(Marker::read("<!-- trueup:v1 {} --"), None);
        assert_eq!(Marker::read("no"), None);
    }
}
