//! What a pull request changes.
//!
//! In: its number and commits. Out: the commit it branched off, the files that differ, what the diff shows
//! of each, and files as they are in one commit. All of it comes through the API, because a pipeline's
//! checkout has one commit only.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::super::{GitHub, GitHubError, Object, Repository, reference, segment};

/// Files that a comparison lists at most; then the pull request itself is asked.
const COMPARED: usize = 300;
/// Files that GitHub lists of a pull request at most.
const MAX_FILES: usize = 3_000;

/// A file that a pull request changes.
#[derive(Clone, Debug, Deserialize)]
pub struct Changed {
    /// The path from the root of the repository.
    #[serde(rename = "filename")]
    pub path: String,
    /// `added`, `removed`, `modified`, `renamed`, `copied`, `changed` or `unchanged`.
    pub status: String,
    /// The path it had before.
    #[serde(rename = "previous_filename", default)]
    pub previous: Option<String>,
    /// The hash of its content afterwards.
    #[serde(default)]
    pub sha: Option<String>,
    /// The diff; none where it is too large, or no text.
    #[serde(default)]
    pub patch: Option<String>,
}

/// What lies between two commits.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The commit that both come from.
    pub merge_base: String,
    /// The files that differ.
    pub files: Vec<Changed>,
    /// Whether these are all.
    pub complete: bool,
}

#[derive(Deserialize)]
struct Comparison {
    merge_base_commit: Object,
    #[serde(default)]
    files: Vec<Changed>,
}

/// What a pull request changes: from where it branched off `base` to `head`, both hashes.
pub fn difference(
    github: &GitHub,
    repository: &Repository,
    number: u64,
    base: &str,
    head: &str,
) -> Result<Difference, GitHubError> {
    // Commits are not needed: one of them is the least.
    let route = format!("/compare/{}...{}?per_page=1", segment(base), segment(head));
    let found: Comparison = github.get(&repository.route(&route))?;
    let merge_base = found.merge_base_commit.sha;
    if found.files.len() < COMPARED {
        return Ok(Difference { merge_base, files: found.files, complete: true });
    }
    let listed = github.list(&repository.route(&format!("/pulls/{number}/files")), MAX_FILES)?;
    let complete = listed.complete && listed.items.len() < MAX_FILES;
    Ok(Difference { merge_base, files: listed.items, complete })
}

#[derive(Deserialize)]
struct Content {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    sha: String,
    #[serde(default)]
    size: u64,
    #[serde(rename = "content", default)]
    packed: String,
    #[serde(default)]
    encoding: String,
}

/// A file as it is in a commit; `None` where it is not there, or no regular file.
pub fn file_at(
    github: &GitHub,
    repository: &Repository,
    path: &str,
    commit: &str,
) -> Result<Option<Vec<u8>>, GitHubError> {
    let route = repository.route(&format!("/contents/{}?ref={}", reference(path), segment(commit)));
    let Some(found) = github.find::<Content>(&route)? else { return Ok(None) };
    if found.kind != "file" {
        return Ok(None);
    }
    let (found, route) = if found.encoding == "none" || found.packed.is_empty() && found.size > 0 {
        // Larger than a megabyte: only the blob has it.
        let route = repository.route(&format!("/git/blobs/{}", segment(&found.sha)));
        (github.get::<Content>(&route)?, route)
    } else {
        (found, route)
    };
    let packed: String = found.packed.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    match STANDARD.decode(packed) {
        Ok(bytes) if found.encoding == "base64" => Ok(Some(bytes)),
        _ => Err(GitHubError::Unreadable {
            request: format!("GET {route}"),
            why: "its content is not base64".to_owned(),
        }),
    }
}
