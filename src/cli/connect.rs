//! Which GitHub, which repository, and who asks: from options, environment and checkout.
//!
//! In: options and the variables that GitHub's runners set. Out: what a connection needs. Environment
//! and files are read here and nowhere below; a token comes by them and never by an argument, which
//! everybody on the machine could read.

use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use crate::github::{Access, Credential, Endpoint, GitHubError, Pace, Repository, Secret};

use super::Failure;
use super::args::Hosting;
use super::checkout::Checkout;

/// The largest token or key file that is read.
const MAX_SECRET: u64 = 64 << 10;

impl From<GitHubError> for Failure {
    fn from(error: GitHubError) -> Self {
        Self { message: error.to_string(), help: Some(error.help()) }
    }
}

/// A variable of the environment that says something.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

/// Where, who and how fast.
pub(super) fn access(options: &Hosting, dry_run: bool) -> Result<Access, Failure> {
    let endpoint = match variable("GITHUB_API_URL") {
        Some(address) => Endpoint::parse(&address)?,
        None => Endpoint::default(),
    };
    let between_writes = Duration::from_secs(u64::from(options.write_interval));
    // Where somebody is in a hurry with writes, they are with repeats.
    let first_retry = between_writes.clamp(Duration::from_millis(50), Duration::from_secs(1));
    Ok(Access {
        endpoint,
        credential: credential(options, dry_run)?,
        pace: Pace { between_writes, first_retry, ..Pace::default() },
        dry_run,
    })
}

/// An App goes before a token: runners set a token always, an App only somebody who means it.
fn credential(options: &Hosting, dry_run: bool) -> Result<Credential, Failure> {
    let id = options.app_id.clone().or_else(|| variable("TRUEUP_APP_ID"));
    if let (Some(id), None) = (id, &options.token_file) {
        let id = id.trim().parse().map_err(|_| {
            Failure::new(
                format!("{} is no id of a GitHub App", id.trim().chars().take(40).collect::<String>()),
                "its settings page shows a number",
            )
        })?;
        let file = options.app_key_file.clone().or_else(|| variable("TRUEUP_APP_KEY_FILE").map(Into::into));
        let key = match (file, variable("TRUEUP_APP_KEY")) {
            (Some(file), _) => read(&file)?,
            (None, Some(key)) => key,
            (None, None) => {
                return Err(Failure::new(
                    "there is a GitHub App's id, but no key",
                    "name the file by --app-key-file or TRUEUP_APP_KEY_FILE, or give its text by TRUEUP_APP_KEY",
                ));
            }
        };
        return Ok(Credential::App { id, key: Secret::new(key) });
    }
    if let Some(file) = &options.token_file {
        return Ok(Credential::Token(Secret::token(&read(file)?, &file.display().to_string())?));
    }
    for name in ["GITHUB_TOKEN", "GH_TOKEN"] {
        if let Some(token) = variable(name) {
            return Ok(Credential::Token(Secret::token(&token, name)?));
        }
    }
    if dry_run {
        return Ok(Credential::Anonymous);
    }
    Err(GitHubError::Credential("there is no token for GitHub".to_owned()).into())
}

/// A small file; `-` is stdin. What is in it is in no message.
fn read(path: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(MAX_SECRET).read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(MAX_SECRET).read_to_string(&mut text))
    };
    match read {
        Ok(_) => Ok(text),
        Err(error) => Err(Failure::new(
            format!("{} can't be read: {error}", path.display()),
            "name a file that holds the token or key, and that you may read",
        )),
    }
}

/// The repository: as it is named, as the runner says, or as the checkout came.
pub(super) fn repository(
    options: &Hosting,
    access: &Access,
    checkout: &Checkout,
) -> Result<Repository, Failure> {
    if let Some(named) = options.repo.clone().or_else(|| variable("GITHUB_REPOSITORY")) {
        return Ok(Repository::parse(&named)?);
    }
    let unknown = |what: &str| Err(Failure::new(what, "name the repository: --repo OWNER/NAME"));
    let Some(origin) = &checkout.origin else {
        return unknown(
            "which repository on GitHub this is can't be told: there is no checkout with an origin",
        );
    };
    let Some((host, repository)) = Repository::of_remote(origin) else {
        return unknown("which repository on GitHub this is can't be told: origin is no address on GitHub");
    };
    let site = access.endpoint.site();
    let asked = site.rsplit("://").next().unwrap_or_default();
    if host != asked && !access.endpoint.is_loopback() {
        let host: String = host.chars().filter(|c| !c.is_control()).take(100).collect();
        return Err(Failure::new(
            format!("origin is on {host}, but the API that would be asked belongs to {asked}"),
            "set GITHUB_API_URL (https://HOST/api/v3 for GitHub Enterprise Server), or name --repo OWNER/NAME",
        ));
    }
    Ok(repository)
}
