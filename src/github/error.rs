//! What can go wrong with GitHub, and what to do about it.
//!
//! In: answers, and their absence. Out: one error type whose words are safe to print: no token, no
//! control character, no endless page of a proxy.

use std::time::Duration;

/// Why something could not be done on GitHub.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GitHubError {
    /// The address of the API can't be used.
    #[error("{address} can't be GitHub's API: {why}")]
    Endpoint {
        /// The address.
        address: String,
        /// What is wrong with it.
        why: String,
    },
    /// A token or key can't be used. The words name where it came from, never what it is.
    #[error("{0}")]
    Credential(String),
    /// A repository's name is none.
    #[error("{0:?} is not OWNER/NAME")]
    Repository(String),
    /// What was asked for can't be worked with.
    #[error("{what}")]
    Unusable {
        /// What is wrong.
        what: String,
        /// What to do.
        help: String,
    },
    /// The connection could not be prepared.
    #[error("no connection to GitHub can be prepared: {0}")]
    Setup(String),
    /// GitHub answered that it did not do it.
    #[error("GitHub answered {status} to {request}: {message}")]
    Refused {
        /// The status code.
        status: u16,
        /// Method and path.
        request: String,
        /// What GitHub said.
        message: String,
        /// What to do, where the answer tells.
        help: Option<String>,
    },
    /// There was no answer, or one that does not say whether it was done.
    #[error("{request} has no answer: {why}")]
    Lost {
        /// Method and path.
        request: String,
        /// What happened.
        why: String,
    },
    /// GitHub asks for a longer wait than is allowed.
    #[error("GitHub asks to wait {} s before {request}: its rate limit is reached", .wait.as_secs())]
    Limited {
        /// Method and path.
        request: String,
        /// How long.
        wait: Duration,
    },
    /// The answer is not what GitHub documents.
    #[error("the answer to {request} can't be used: {why}")]
    Unreadable {
        /// Method and path.
        request: String,
        /// What is wrong.
        why: String,
    },
}

impl GitHubError {
    /// The status that GitHub answered with, where it did.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Whether what was asked for is not there, or may not be seen.
    pub fn is_missing(&self) -> bool {
        self.status() == Some(404)
    }

    /// Whether the token may not do it.
    pub fn is_forbidden(&self) -> bool {
        matches!(self.status(), Some(403 | 404))
    }

    /// Whether it may have been done all the same.
    pub fn is_uncertain(&self) -> bool {
        matches!(self, Self::Lost { .. } | Self::Unreadable { .. })
            || self.status().is_some_and(|status| status >= 500)
    }

    /// What to do next.
    pub fn help(&self) -> String {
        match self {
            Self::Endpoint { .. } => {
                "set GITHUB_API_URL to https://api.github.com, or https://HOST/api/v3 for GitHub Enterprise Server"
                    .to_owned()
            }
            Self::Credential(_) => {
                "give a token by GITHUB_TOKEN or --token-file, or an App by TRUEUP_APP_ID and TRUEUP_APP_KEY_FILE"
                    .to_owned()
            }
            Self::Repository(_) => "name it as --repo OWNER/NAME".to_owned(),
            Self::Unusable { help, .. } => help.clone(),
            Self::Setup(_) => "see that the system's certificates are installed (ca-certificates)".to_owned(),
            Self::Refused { help: Some(help), .. } => help.clone(),
            Self::Refused { status: 500.., .. } | Self::Lost { .. } => {
                "run it again: what is done already is found and not done twice".to_owned()
            }
            Self::Limited { .. } => "run it again after that time".to_owned(),
            Self::Refused { .. } | Self::Unreadable { .. } => {
                "see that GITHUB_API_URL, the repository and the token are the right ones".to_owned()
            }
        }
    }
}

/// What to do about a refusal, as far as its status and headers tell.
pub(super) fn advice(status: u16, writes: bool, header: impl Fn(&str) -> Option<String>) -> Option<String> {
    let words = |name: &str| header(name).filter(|text| text.len() < 200 && text.is_ascii());
    match status {
        401 => Some("the token is wrong or has expired: give another one by GITHUB_TOKEN".to_owned()),
        403 if header("x-github-sso").is_some() => {
            Some("authorise the token for the organisation's single sign-on".to_owned())
        }
        403 => Some(match words("x-accepted-github-permissions") {
            Some(needed) => format!("the token needs the permission {needed}"),
            None => "the token needs contents: write and pull_requests: write on this repository".to_owned(),
        }),
        404 if writes => Some(
            "it does not exist, or the token may not write there: it needs contents: write and pull_requests: write"
                .to_owned(),
        ),
        404 => Some("it does not exist, or the token may not see it".to_owned()),
        301 | 302 | 307 | 308 => Some("the repository has another name now: give it by --repo".to_owned()),
        _ => None,
    }
}
