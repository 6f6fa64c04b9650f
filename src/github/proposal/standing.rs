//! What is on GitHub of a branch of trueup's: its pull requests, its head, and whose that is.
//!
//! In: a branch's name. Out: the open pull request, what people said no to, and whether the branch holds
//! anything that trueup did not write.

use std::collections::BTreeSet;

use crate::github::types::{BranchRef, Commit, Pull};
use crate::github::{GitHub, GitHubError, reference, segment};

use super::base::Base;
use super::branch::PREFIX;
use super::commit::Trailers;
use super::marker::Marker;

/// Pull requests that are looked at.
const MAX_PULLS: usize = 2_000;

/// A branch's head.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub(super) sha: String,
    /// What its commit says, where it is as trueup made it.
    pub(super) ours: Option<Trailers>,
}

/// How things stand.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    pub(super) open: Option<Pull>,
    pub(super) head: Option<Head>,
    /// Fingerprints of the findings whose fix somebody closed without merging it.
    pub declined: BTreeSet<String>,
    /// The pull request that people closed last, if they did.
    pub closed: Option<u64>,
    /// It does not say any more what it was about: then it was all.
    pub all_declined: bool,
}

impl Standing {
    /// Reads it.
    pub fn read(github: &GitHub, base: &Base, branch: &str) -> Result<Self, GitHubError> {
        let repository = &base.repository;
        let head = segment(&format!("{}:{branch}", repository.owner));
        let route = format!("/pulls?state=all&head={head}&base={}", segment(&base.branch));
        let pulls = github.list::<Pull>(&repository.route(&route), MAX_PULLS)?.items;
        let mut standing = Self { head: self::head(github, base, branch)?, ..Self::default() };
        for pull in pulls.into_iter().filter(|pull| is_of(pull, base, branch)) {
            if pull.state == "open" {
                standing.open.get_or_insert(pull);
            } else if pull.merged_at.is_none() {
                let marker = Marker::read(pull.body.as_deref().unwrap_or_default());
                if marker.as_ref().is_some_and(|marker| marker.done) {
                    continue;
                }
                standing.closed = standing.closed.max(Some(pull.number));
                standing.all_declined |= marker.is_none();
                standing.declined.extend(marker.into_iter().flat_map(|marker| marker.findings));
            }
        }
        Ok(standing)
    }

    /// Whether a pull request is open.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }
}

/// Whether a pull request comes from this branch of this repository: GitHub's filter also finds forks.
fn is_of(pull: &Pull, base: &Base, branch: &str) -> bool {
    let full = base.repository.to_string();
    let here = pull.head.repo.as_ref().is_none_or(|repo| repo.full_name.eq_ignore_ascii_case(&full));
    here && pull.head.branch == branch && (pull.base.branch.is_empty() || pull.base.branch == base.branch)
}

/// The head of a branch, if there is one.
pub(super) fn head(github: &GitHub, base: &Base, branch: &str) -> Result<Option<Head>, GitHubError> {
    let route = base.repository.route(&format!("/git/ref/heads/{}", reference(branch)));
    let Some(found) = github.find::<BranchRef>(&route)? else { return Ok(None) };
    let sha = found.object.sha;
    let commit: Commit = github.get(&base.repository.route(&format!("/git/commits/{}", segment(&sha))))?;
    Ok(Some(Head { ours: Trailers::read(&commit), sha }))
}

/// The open pull requests of trueup's on this base, each with what it says about itself.
pub fn own_pulls(github: &GitHub, base: &Base) -> Result<Vec<(Pull, Marker)>, GitHubError> {
    let route = format!("/pulls?state=open&base={}", segment(&base.branch));
    let pulls = github.list::<Pull>(&base.repository.route(&route), MAX_PULLS)?.items;
    let own = pulls.into_iter().filter_map(|pull| {
        let branch = pull.head.branch.clone();
        let ours = branch.starts_with(PREFIX) && is_of(&pull, base, &branch);
        let marker = Marker::read(pull.body.as_deref().unwrap_or_default()).filter(|_| ours)?;
        Some((pull, marker))
    });
    Ok(own.collect())
}
