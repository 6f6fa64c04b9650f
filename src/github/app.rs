//! A GitHub App's way to a token.
//!
//! In: a connection that signs for the App, and a repository. Out: a token of the installation that
//! covers this repository, good for it alone and for an hour. octocrab could ask for it too, but sends
//! it to no Enterprise Server.

use serde::Deserialize;
use serde_json::json;

use super::client::{GitHub, Method};
use super::{GitHubError, Repository, Secret};

/// The App, installed somewhere.
#[derive(Deserialize)]
struct Installation {
    id: u64,
}

/// What it may use. Nothing prints it.
#[derive(Deserialize)]
struct Granted {
    token: String,
}

/// Asks for a token.
pub(super) fn token(github: &GitHub, repository: &Repository) -> Result<Secret, GitHubError> {
    let installation: Installation = github.signed(Method::Get, &repository.route("/installation"), None)?;
    let route = format!("/app/installations/{}/access_tokens", installation.id);
    let body = json!({ "repositories": [repository.name] });
    let granted: Granted = github.signed(Method::Post, &route, Some(&body))?;
    Secret::token(&granted.token, "the token that GitHub gave to the App")
}
