//! Where GitHub is, who asks, and how fast.
//!
//! In: the address, token and App key that the command line gives. Out: the same, checked: an address
//! that would send a token in the clear is refused, a token that can't be one too. A [`Secret`] has no
//! way into a message.

use std::net::IpAddr;
use std::time::Duration;

use octocrab::secrecy::{ExposeSecret as _, SecretString};

use super::GitHubError;

/// Where the API of github.com is.
const PUBLIC: &str = "https://api.github.com";
/// The longest token that is taken. GitHub's have at most 255 characters; those of gateways may be longer.
const MAX_TOKEN: usize = 4096;

/// Something that no message, log or panic shows.
#[derive(Clone, Debug)]
pub struct Secret(SecretString);

impl Secret {
    /// Keeps a text secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// A token: the text without white space around it. Refused where no token looks like this.
    pub fn token(text: &str, from: &str) -> Result<Self, GitHubError> {
        let token = text.trim();
        let fault = if token.is_empty() {
            "is empty"
        } else if token.len() > MAX_TOKEN {
            "is too long for a token"
        } else if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            "holds more than one line, white space, or characters that no token has"
        } else {
            return Ok(Self::new(token));
        };
        Err(GitHubError::Credential(format!("{from} {fault}")))
    }

    pub(super) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Who asks.
#[derive(Clone, Debug)]
pub enum Credential {
    /// Nobody in particular: only what is public can be read, and nothing written.
    Anonymous,
    /// A token: of a person, of a workflow, or of an App's installation.
    Token(Secret),
    /// A GitHub App, which gets a token of its installation on the repository.
    App {
        /// The App's id, as its settings page shows it.
        id: u64,
        /// Its private key, PEM.
        key: Secret,
    },
}

/// The address of an API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Scheme and authority, without a slash at the end.
    pub(super) origin: String,
    /// What goes before each route: empty, or `/api/v3`.
    pub(super) prefix: String,
}

impl Default for Endpoint {
    fn default() -> Self {
        Self { origin: PUBLIC.to_owned(), prefix: String::new() }
    }
}

impl Endpoint {
    /// Reads an address as `GITHUB_API_URL` has it: `https://api.github.com`, or
    /// `https://HOST/api/v3` for GitHub Enterprise Server. Plain http is taken for loopback only.
    pub fn parse(text: &str) -> Result<Self, GitHubError> {
        let wrong = |why: &str| {
            let shown: String = text.chars().filter(|c| !c.is_control()).take(200).collect();
            // What stands before an @ may be a password.
            let shown = shown.rsplit('@').next().unwrap_or_default().to_owned();
            Err(GitHubError::Endpoint { address: shown, why: why.to_owned() })
        };
        let Some((scheme, rest)) = text.trim().split_once("://") else {
            return wrong("it does not begin with https://");
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        if authority.contains('@') {
            return wrong("it holds a user name or password: give a token through GITHUB_TOKEN");
        }
        let (host, port) = host_and_port(authority);
        let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
        let numbered = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
        if host.is_empty() || !host.chars().all(named) || !numbered {
            return wrong("it names no host");
        }
        let scheme = scheme.to_ascii_lowercase();
        match scheme.as_str() {
            "https" => {}
            "http" if is_loopback(host) => {}
            "http" => return wrong("plain http would show the token to everybody on the way: use https"),
            _ => return wrong("it does not begin with https://"),
        }
        let prefix = path.trim_end_matches('/');
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_');
        if !prefix.chars().all(plain) || prefix.split('/').any(|part| part == "." || part == "..") {
            return wrong("its path holds characters that no API's has");
        }
        let prefix = if prefix.is_empty() { String::new() } else { format!("/{prefix}") };
        Ok(Self { origin: format!("{scheme}://{authority}"), prefix })
    }

    /// The path of the GraphQL API. Enterprise Server has it beside the REST API, not below.
    pub(super) fn graphql(&self) -> String {
        match self.prefix.strip_suffix("/v3") {
            Some(up) => format!("{up}/graphql"),
            None => format!("{}/graphql", self.prefix),
        }
    }

    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        self.origin.split_once("://").is_some_and(|(_, authority)| is_loopback(host_and_port(authority).0))
    }

    /// Where people read the same repository: `https://github.com`.
    pub fn site(&self) -> String {
        if self.origin == PUBLIC {
            return "https://github.com".to_owned();
        }
        // Enterprise Cloud with data residency has its API at api.NAME.ghe.com.
        match self.origin.strip_prefix("https://api.") {
            Some(host) if host.ends_with(".ghe.com") => format!("https://{host}"),
            _ => self.origin.clone(),
        }
    }
}

fn host_and_port(authority: &str) -> (&str, Option<&str>) {
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, after) = rest.split_once(']').unwrap_or((rest, ""));
        return (host, after.strip_prefix(':'));
    }
    match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    }
}

/// A name that always means this machine, or an address that does.
fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// How fast, and how long to wait.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Between two writes: GitHub asks for a second.
    pub between_writes: Duration,
    /// Before a request is first repeated; each further time it doubles.
    pub first_retry: Duration,
    /// The longest wait that GitHub may ask for before trueup gives up.
    pub longest_wait: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            between_writes: Duration::from_secs(1),
            first_retry: Duration::from_secs(1),
            longest_wait: Duration::from_secs(300),
        }
    }
}

/// Everything a client needs to know.
#[derive(Clone, Debug)]
pub struct Access {
    /// Where.
    pub endpoint: Endpoint,
    /// Who.
    pub credential: Credential,
    /// How fast.
    pub pace: Pace,
    /// Send nothing that writes.
    pub dry_run: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart_and_plain_http_stays_on_this_machine() {
        let parsed = |text: &str| Endpoint::parse(text).map(|it| (it.graphql(), it.origin, it.prefix));
        let is = |graphql: &str, origin: &str, prefix: &str| {
            Ok::<_, GitHubError>((graphql.to_owned(), origin.to_owned(), prefix.to_owned()))
        };
        let same = |text: &str, graphql: &str, origin: &str, prefix: &str| {
            assert_eq!(parsed(text).unwrap(), is(graphql, origin, prefix).unwrap(), "{text}");
        };
        same("https://api.github.com", "/graphql", "https://api.github.com", "");
        same("https://git.acme.io/api/v3/", "/api/graphql", "https://git.acme.io", "/api/v3");
        same("http://127.0.0.1:4111", "/graphql", "http://127.0.0.1:4111", "");
        same("http://[::1]:4111/", "/graphql", "http://[::1]:4111", "");
        for refused in [
            "http://git.acme.io/api/v3",
            "http://127.0.0.1.evil.io",
            "http://localhost.evil.io",
            "http://127.0.0.1@evil.io",
            "https://me:secret@git.acme.io",
            "ftp://git.acme.io",
            "git.acme.io",
            "https://",
            "https://git.acme.io/a b",
            "https://git.acme.io/../x",
            "https://git.acme.io:port",
        ] {
            let error = parsed(refused).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
        let site = |text: &str| Endpoint::parse(text).unwrap().site();
        assert_eq!(site("https://api.github.com"), "https://github.com");
        assert_eq!(site("https://api.acme.ghe.com"), "https://acme.ghe.com");
        assert_eq!(site("https://git.acme.io/api/v3"), "https://git.acme.io");
    }

    #[test]
    fn a_secret_is_not_shown() {
        let secret = Secret::token(" ghp_abc\n", "GITHUB_TOKEN").unwrap();
        assert_eq!(secret.expose(), "ghp_abc");
        let access = Access {
            endpoint: Endpoint::default(),
            credential: Credential::App { id: 7, key: secret.clone() },
            pace: Pace::default(),
            dry_run: false,
        };
        assert!(!format!("{secret:?} {access:?}").contains("ghp_abc"));
        for wrong in ["", " \n", "a b", "a\nb", "ä"] {
            let error = Secret::token(wrong, "GITHUB_TOKEN").unwrap_err().to_string();
            assert!(error.starts_with("GITHUB_TOKEN "), "{error}");
        }
    }
}
