//! Names as parts of an address.
//!
//! In: names that strangers chose: repositories, branches, labels. Out: text in which nothing of them
//! ends a path or begins a query. octocrab writes them as they are, so that `x#1` would be `x`.

use std::fmt;

use super::GitHubError;

/// Characters that mean themselves in any part of an address.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn encoded(text: &str, slashes: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if is_plain(byte) || slashes && byte == b'/' {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// One part of a path, or a value in a query.
pub fn segment(text: &str) -> String {
    encoded(text, false)
}

/// The name of a branch or file in a path: its slashes stay, as GitHub wants them.
pub fn reference(text: &str) -> String {
    encoded(text, true)
}

/// A repository: `OWNER/NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// The person or organisation.
    pub owner: String,
    /// Its name.
    pub name: String,
}

impl Repository {
    /// Reads `OWNER/NAME`.
    pub fn parse(text: &str) -> Result<Self, GitHubError> {
        let text = text.trim();
        let named = |part: &str| {
            !part.is_empty()
                && part.len() <= 100
                && part != "."
                && part != ".."
                && part.bytes().all(|byte| is_plain(byte) && byte != b'~')
        };
        match text.split_once('/') {
            Some((owner, name)) if named(owner) && named(name) => {
                Ok(Self { owner: owner.to_owned(), name: name.to_owned() })
            }
            _ => Err(GitHubError::Repository(text.chars().take(200).collect())),
        }
    }

    /// Reads the address of a remote, as git has it: its host, and the repository.
    pub fn of_remote(url: &str) -> Option<(String, Self)> {
        let url = url.trim();
        let (host, path) = match url.split_once("://") {
            Some(("https" | "http" | "ssh" | "git", rest)) => {
                let (authority, path) = rest.split_once('/')?;
                let host = authority.rsplit('@').next()?;
                (host.split(':').next()?, path)
            }
            Some(_) => return None,
            // user@host:owner/name
            None => {
                let (authority, path) = url.split_once(':')?;
                (authority.rsplit('@').next()?, path)
            }
        };
        let path = path.trim_matches('/');
        let repository = Self::parse(path.strip_suffix(".git").unwrap_or(path)).ok()?;
        (!host.is_empty() && !host.contains('/')).then(|| (host.to_ascii_lowercase(), repository))
    }

    /// A route below the repository: `/repos/OWNER/NAME` and what is given.
    pub fn route(&self, rest: &str) -> String {
        format!("/repos/{}/{}{rest}", segment(&self.owner), segment(&self.name))
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_ends_a_path() {
        assert_eq!(segment("a/b?c#d%é ä"), "a%2Fb%3Fc%23d%25%C3%A9%20%C3%A4");
        assert_eq!(reference("heads/x#1 y/z"), "heads/x%231%20y/z");
    }

    #[test]
    fn repositories_are_read_from_names_and_remotes() {
        let acme = Repository { owner: "acme".to_owned(), name: "infra.tf".to_owned() };
        assert_eq!(Repository::parse("acme/infra.tf").unwrap(), acme);
        assert_eq!(acme.route("/pulls"), "/repos/acme/infra.tf/pulls");
        for wrong in ["", "acme", "acme/", "/x", "a/b/c", "a/..", "a b/c", "a/b?c", "../b"] {
            assert!(Repository::parse(wrong).is_err(), "{wrong}");
        }
        for remote in [
            "https://github.com/acme/infra.tf.git",
            "https://user:secret@github.com/acme/infra.tf",
            "git@github.com:acme/infra.tf.git",
            "ssh://git@github.com:22/acme/infra.tf.git",
            "https://github.com/acme/infra.tf/",
        ] {
            assert_eq!(
                Repository::of_remote(remote),
                Some(("github.com".to_owned(), acme.clone())),
                "{remote}"
            );
        }
        for none in ["/srv/git/x.git", "file:///srv/x", "https://github.com/acme", "https://h/a/b/c", ""] {
            assert_eq!(Repository::of_remote(none), None, "{none}");
        }
    }
}
