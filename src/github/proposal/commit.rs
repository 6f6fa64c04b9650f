//! The one commit of a branch.
//!
//! In: whole files as they shall be. Out: blobs, a tree, and a commit on the base's head. Its message
//! says what it was made from, so that a later run knows its own commit, and sees where somebody else
//! changed it. Neither author nor committer is given: then GitHub signs what Apps write.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sha1::{Digest as _, Sha1};

use crate::github::types::{Commit, Object};
use crate::github::{GitHub, GitHubError, Write};

use super::base::Base;

/// Entries that one request may bring; a tree of more is made in steps.
const BATCH: usize = 100;

/// A file as it shall be.
#[derive(Clone, Debug)]
pub struct FileChange {
    /// From the top of the repository.
    pub path: String,
    /// Its mode in the base, which it keeps.
    pub mode: String,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// The hash that git gives to a file's bytes.
pub fn blob_hash(bytes: &[u8]) -> String {
    let mut whole = format!("blob {}\0", bytes.len()).into_bytes();
    whole.extend_from_slice(bytes);
    hex_sha1(&whole)
}

pub(super) fn hex_sha1(bytes: &[u8]) -> String {
    Sha1::digest(bytes).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// What a commit of trueup says about itself at the end of its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trailers {
    /// The base's head that it stands on.
    pub(super) base: String,
    /// Its tree.
    pub(super) tree: String,
    /// What its files become.
    pub(super) edits: String,
}

impl Trailers {
    fn write(&self, summary: &str) -> String {
        let Self { base, tree, edits } = self;
        format!("{}\n\nTrueup-Base: {base}\nTrueup-Tree: {tree}\nTrueup-Edits: {edits}\n", summary.trim_end())
    }

    /// Reads them from a commit, if it is as trueup made it: it stands on the base it names, alone, and
    /// has the tree it names.
    pub(super) fn read(commit: &Commit) -> Option<Self> {
        let value = |name: &str| {
            commit
                .message
                .lines()
                .rev()
                .find_map(|line| line.strip_prefix(name))
                .map(|it| it.trim().to_owned())
        };
        let trailers = Self {
            base: value("Trueup-Base:")?,
            tree: value("Trueup-Tree:")?,
            edits: value("Trueup-Edits:")?,
        };
        let [parent] = commit.parents.as_slice() else { return None };
        (parent.sha == trailers.base && commit.tree.sha == trailers.tree).then_some(trailers)
    }
}

/// Identity of what files become.
pub(super) fn digest(files: &[FileChange]) -> String {
    let lines = files.iter().map(|file| format!("{} {} {}\n", file.mode, blob_hash(&file.bytes), file.path));
    hex_sha1(lines.collect::<String>().as_bytes())
}

/// Writes the files and the commit. No branch leads to it yet.
pub(super) fn make(
    github: &GitHub,
    base: &Base,
    files: &[FileChange],
    summary: &str,
) -> Result<String, GitHubError> {
    let repository = &base.repository;
    let mut tree = base.tree.clone();
    for batch in files.chunks(BATCH) {
        let mut entries = Vec::new();
        for file in batch {
            let hash = blob_hash(&file.bytes);
            // Bytes, not text: GitHub must not touch line endings.
            let body = json!({ "content": STANDARD.encode(&file.bytes), "encoding": "base64" });
            let route = repository.route("/git/blobs");
            // What is named by its content is there once, however often it is sent.
            let write = Write::post(&route, body).harmless().instead(json!({ "sha": &hash }));
            let blob: Object = github.write(write)?;
            if blob.sha != hash {
                let why = format!("{} arrived as {}, not as {hash}", file.path, blob.sha);
                return Err(GitHubError::Unreadable { request: format!("POST {route}"), why });
            }
            entries.push(json!({ "path": file.path, "mode": file.mode, "type": "blob", "sha": hash }));
        }
        let route = repository.route("/git/trees");
        let body = json!({ "base_tree": tree, "tree": entries });
        let made: Object =
            github.write(Write::post(&route, body).harmless().instead(json!({ "sha": "(the new tree)" })))?;
        tree = made.sha;
    }
    let trailers = Trailers { base: base.sha.clone(), tree: tree.clone(), edits: digest(files) };
    let body = json!({ "message": trailers.write(summary), "tree": tree, "parents": [base.sha] });
    let route = repository.route("/git/commits");
    // A commit that no branch leads to is nothing.
    let made: Object =
        github.write(Write::post(&route, body).harmless().instead(json!({ "sha": "(the new commit)" })))?;
    Ok(made.sha)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_gits_own_hashes() {
        assert_eq!(blob_hash(b""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        assert_eq!(blob_hash(b"hello\n"), "ce013625030ba8dba906f756967f9e9ca394464a");
    }

    #[test]
    fn a_commit_is_known_by_what_it_says_only_where_it_is_so() {
        let trailers = Trailers { base: "b".into(), tree: "t".into(), edits: "e".into() };
        let object = |sha: &str| Object { sha: sha.to_owned() };
        let commit = |parents: &[&str], tree: &str| Commit {
            sha: "c".to_owned(),
            tree: object(tree),
            parents: parents.iter().map(|sha| object(sha)).collect(),
            message: trailers.write("SOC 2"),
        };
        assert_eq!(Trailers::read(&commit(&["b"], "t")), Some(trailers.clone()));
        assert_eq!(Trailers::read(&commit(&["b"], "amended")), None);
        assert_eq!(Trailers::read(&commit(&["other"], "t")), None);
        assert_eq!(Trailers::read(&commit(&["b", "x"], "t")), None);
        assert_eq!(Trailers::read(&Commit { message: "mine".to_owned(), ..commit(&["b"], "t") }), None);
    }
}
