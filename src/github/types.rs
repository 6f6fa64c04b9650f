//! What of GitHub's answers is read.
//!
//! In: JSON. Out: only the fields that are needed, so that an answer which lacks another one (as those
//! of Enterprise Servers and older versions do) is still read.

use serde::Deserialize;

/// A repository.
#[derive(Clone, Debug, Deserialize)]
pub struct RepositoryInfo {
    /// `OWNER/NAME` as it is called now.
    pub full_name: String,
    /// The branch that pull requests go to.
    pub default_branch: String,
    /// The page for people.
    #[serde(default)]
    pub html_url: String,
    /// Whether nothing can be written to it.
    #[serde(default)]
    pub archived: bool,
}

/// Whoever did something.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
pub struct User {
    /// The name; `NAME[bot]` for an App.
    #[serde(default)]
    pub login: String,
}

/// What a name points at.
#[derive(Clone, Debug, Deserialize)]
pub struct Object {
    /// The object's hash.
    pub sha: String,
}

/// A branch.
#[derive(Clone, Debug, Deserialize)]
pub struct BranchRef {
    /// Its head.
    pub object: Object,
}

/// A commit of the git database.
#[derive(Clone, Debug, Deserialize)]
pub struct Commit {
    /// Its hash.
    pub sha: String,
    /// Its tree.
    pub tree: Object,
    /// The commits it follows.
    #[serde(default)]
    pub parents: Vec<Object>,
    /// Its message.
    #[serde(default)]
    pub message: String,
}

/// One name in a tree.
#[derive(Clone, Debug, Deserialize)]
pub struct TreeEntry {
    /// The path, from the tree.
    pub path: String,
    /// `100644`, `100755`, `120000` (a link), `040000` (a tree), `160000` (a submodule).
    pub mode: String,
    /// `blob`, `tree` or `commit`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The hash.
    pub sha: String,
}

/// A tree.
#[derive(Clone, Debug, Deserialize)]
pub struct Tree {
    /// Its hash.
    pub sha: String,
    /// What is in it.
    #[serde(default)]
    pub tree: Vec<TreeEntry>,
    /// Whether GitHub left some out.
    #[serde(default)]
    pub truncated: bool,
}

/// One side of a pull request.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct PullEnd {
    /// `OWNER:BRANCH`.
    #[serde(default)]
    pub label: String,
    /// The branch.
    #[serde(rename = "ref", default)]
    pub branch: String,
    /// Its head.
    #[serde(default)]
    pub sha: String,
    /// The repository; none where a fork is gone.
    #[serde(default)]
    pub repo: Option<Named>,
}

/// Something with a full name.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Named {
    /// `OWNER/NAME`.
    #[serde(default)]
    pub full_name: String,
}

/// A pull request.
#[derive(Clone, Debug, Deserialize)]
pub struct Pull {
    /// Its number.
    pub number: u64,
    /// `open` or `closed`.
    #[serde(default)]
    pub state: String,
    /// Its title.
    #[serde(default)]
    pub title: String,
    /// Its text.
    #[serde(default)]
    pub body: Option<String>,
    /// The page for people.
    #[serde(default)]
    pub html_url: String,
    /// When it was merged.
    #[serde(default)]
    pub merged_at: Option<String>,
    /// Where it comes from.
    #[serde(default)]
    pub head: PullEnd,
    /// Where it goes.
    #[serde(default)]
    pub base: PullEnd,
    /// Who opened it.
    #[serde(default)]
    pub user: Option<User>,
    /// What it is labelled with.
    #[serde(default)]
    pub labels: Vec<Label>,
}

/// A label.
#[derive(Clone, Debug, Deserialize)]
pub struct Label {
    /// Its name.
    #[serde(default)]
    pub name: String,
}

/// A comment on an issue or pull request.
#[derive(Clone, Debug, Deserialize)]
pub struct Comment {
    /// Its id.
    pub id: u64,
    /// Its text.
    #[serde(default)]
    pub body: Option<String>,
    /// Who wrote it.
    #[serde(default)]
    pub user: Option<User>,
}
