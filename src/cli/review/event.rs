//! Which pull request is meant: from an option, or from the event that started a workflow.
//!
//! In: `--pr`, or the file that `GITHUB_EVENT_PATH` names. Out: its number, and the commit that the event
//! is about. The file holds texts of strangers: only two numbers and a hash are read from it.

use std::io::Read as _;
use std::path::Path;

use serde::Deserialize;

use crate::cli::Failure;
use crate::cli::connect::variable;

/// The largest event that is read; GitHub's have at most 25 MB.
const MAX_EVENT: u64 = 26 << 20;

/// A pull request, and the commit to review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Event {
    /// Its number.
    pub(super) number: u64,
    /// The commit; none where only the number is known.
    pub(super) head: Option<String>,
}

#[derive(Deserialize)]
struct Payload {
    pull_request: Option<Pull>,
    issue: Option<Issue>,
}

#[derive(Deserialize)]
struct Pull {
    number: u64,
    head: Head,
}

#[derive(Deserialize)]
struct Head {
    sha: String,
}

#[derive(Deserialize)]
struct Issue {
    number: u64,
    /// There where the issue is a pull request.
    pull_request: Option<serde::de::IgnoredAny>,
}

impl Event {
    /// The pull request that is named, else that of the event.
    pub(super) fn find(named: Option<u64>) -> Result<Self, Failure> {
        match (named, variable("GITHUB_EVENT_PATH")) {
            (Some(number), _) => Ok(Self { number, head: None }),
            (None, Some(path)) => Self::read(Path::new(&path)),
            (None, None) => Err(Failure::new(
                "which pull request to review is not said",
                "name it: --pr NUMBER, or run in a workflow on: pull_request",
            )),
        }
    }

    fn read(path: &Path) -> Result<Self, Failure> {
        let wrong = |why: String| {
            Failure::new(
                format!("the event in {} can't be read: {why}", path.display()),
                "name the pull request: --pr NUMBER",
            )
        };
        let mut text = Vec::new();
        std::fs::File::open(path)
            .and_then(|file| file.take(MAX_EVENT + 1).read_to_end(&mut text))
            .map_err(|error| wrong(error.to_string()))?;
        if text.len() as u64 > MAX_EVENT {
            return Err(wrong(format!("it is larger than {} MB", MAX_EVENT >> 20)));
        }
        Self::parse(&text).map_err(wrong)
    }

    fn parse(text: &[u8]) -> Result<Self, String> {
        // No word of the event may get into the message.
        let payload: Payload =
            serde_json::from_slice(text).map_err(|error| format!("line {}: it is no event", error.line()))?;
        match (payload.pull_request, payload.issue) {
            (Some(pull), _) if is_hash(&pull.head.sha) => {
                Ok(Self { number: pull.number, head: Some(pull.head.sha) })
            }
            (Some(_), _) => Err("its commit is no hash".to_owned()),
            (None, Some(Issue { number, pull_request: Some(_) })) => Ok(Self { number, head: None }),
            (None, _) => Err("it is about no pull request".to_owned()),
        }
    }
}

/// Whether a text is a commit's hash.
pub(super) fn is_hash(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_pull_requests_are_read_and_others_named() {
        let sha = "a".repeat(40);
        let pull = format!("{{\"pull_request\":{{\"number\":7,\"head\":{{\"sha\":\"{sha}\",\"ref\":1}}}}}}");
        assert_eq!(Event::parse(pull.as_bytes()), Ok(Event { number: 7, head: Some(sha) }));
        let comment = br#"{"issue":{"number":8,"pull_request":{"url":"x"}},"comment":{}}"#;
        assert_eq!(Event::parse(comment), Ok(Event { number: 8, head: None }));
        for wrong in [
            "{}",
            "[]",
            "",
            r#"{"issue":{"number":8}}"#,
            r#"{"pull_request":{"number":7,"head":{"sha":"main"}}}"#,
            r#"{"pull_request":{"number":"secret","head":{"sha":"main"}}}"#,
        ] {
            let said = Event::parse(wrong.as_bytes()).unwrap_err();
            assert!(!said.contains("secret"), "{said}");
        }
    }
}
