//! The branch that a pull request goes to, as it is on GitHub now.
//!
//! In: a repository and a branch. Out: its head, and mode and hash of every file there: what was scanned
//! is compared with them before anything is built on it.

use std::collections::BTreeMap;

use crate::github::types::{BranchRef, Commit, RepositoryInfo, Tree};
use crate::github::{GitHub, GitHubError, Repository, reference, segment};

/// The deepest directory that is looked into where GitHub can't list a tree at once.
const MAX_DEPTH: usize = 40;

/// A file of the base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `100644` or `100755` for a file, `120000` for a link.
    pub mode: String,
    /// The hash of what is in it.
    pub sha: String,
}

/// The base branch.
#[derive(Clone, Debug)]
pub struct Base {
    /// The repository, by the name that it has now.
    pub repository: Repository,
    /// The branch.
    pub branch: String,
    /// Whether it is the one that pull requests go to by default.
    pub is_default: bool,
    /// Its head.
    pub sha: String,
    /// The head's tree.
    pub tree: String,
    /// Its files by path; none where there are too many to be listed at once.
    all: Option<BTreeMap<String, Entry>>,
}

impl Base {
    /// Reads it. Without a branch's name it is the repository's default branch.
    pub fn read(github: &GitHub, asked: &Repository, branch: Option<&str>) -> Result<Self, GitHubError> {
        let info: RepositoryInfo = github.get(&asked.route(""))?;
        // It may have been renamed: what is written would be turned away under the old name.
        let repository = Repository::parse(&info.full_name)?;
        if info.archived {
            return Err(GitHubError::Unusable {
                what: format!("{repository} is archived: nothing can be written to it"),
                help: "unarchive it in its settings, or name another one by --repo".to_owned(),
            });
        }
        let branch = branch.unwrap_or(&info.default_branch).to_owned();
        let route = repository.route(&format!("/git/ref/heads/{}", reference(&branch)));
        let head: Option<BranchRef> = github.find(&route)?;
        let Some(head) = head else {
            return Err(GitHubError::Unusable {
                what: format!("{repository} has no branch {branch:?}"),
                help: "name the branch to change by --base".to_owned(),
            });
        };
        let sha = head.object.sha;
        let commit: Commit = github.get(&repository.route(&format!("/git/commits/{}", segment(&sha))))?;
        let tree = commit.tree.sha;
        let route = repository.route(&format!("/git/trees/{}?recursive=1", segment(&tree)));
        let listed: Tree = github.get(&route)?;
        let all = (!listed.truncated).then(|| entries(listed).collect());
        Ok(Self { is_default: branch == info.default_branch, repository, branch, sha, tree, all })
    }

    /// Whether all files are known without asking for each.
    pub fn is_whole(&self) -> bool {
        self.all.is_some()
    }

    /// A file of the base, by its path from the top.
    pub fn entry(&self, github: &GitHub, path: &str) -> Result<Option<Entry>, GitHubError> {
        if let Some(all) = &self.all {
            return Ok(all.get(path).cloned());
        }
        let mut tree = self.tree.clone();
        let mut parts = path.split('/').take(MAX_DEPTH).peekable();
        while let Some(part) = parts.next() {
            let listed: Tree =
                github.get(&self.repository.route(&format!("/git/trees/{}", segment(&tree))))?;
            let Some((_, entry)) = entries(listed).find(|(name, _)| name == part) else { return Ok(None) };
            if parts.peek().is_none() {
                return Ok(Some(entry));
            }
            tree = entry.sha;
        }
        Ok(None)
    }
}

fn entries(tree: Tree) -> impl Iterator<Item = (String, Entry)> {
    tree.tree.into_iter().map(|entry| (entry.path, Entry { mode: entry.mode, sha: entry.sha }))
}
