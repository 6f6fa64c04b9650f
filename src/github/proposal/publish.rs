//! Writes a pull request, or takes one away.
//!
//! In: a proposal and how things stand. Out: what was done, and why where nothing was. Where an answer
//! is lost, what is there decides, so that nothing is made twice.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::github::types::{BranchRef, Comment, Pull};
use crate::github::{GitHub, GitHubError, Write, reference, segment};

use super::base::Base;
use super::commit::{self, FileChange};
use super::marker::Marker;
use super::standing::{self, Standing};

/// Marks the comment that says why a branch is left alone.
const LEFT_ALONE: &str = "<!-- trueup:left-alone -->";
/// Comments that are looked through for it.
const MAX_COMMENTS: usize = 1_000;

/// A pull request as it shall be.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// Its branch.
    pub branch: String,
    /// Its title.
    pub title: String,
    /// Its text, without the marker.
    pub text: String,
    /// The message of its commit.
    pub summary: String,
    /// The files it changes, by path.
    pub files: Vec<FileChange>,
    /// What a new one is labelled with.
    pub labels: Vec<String>,
    /// What it is about.
    pub marker: Marker,
}

/// What a run may do.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Whether another pull request may be opened.
    pub may_open: bool,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is new.
    Created,
    /// It was changed, and why.
    Updated(String),
    /// It is as it shall be.
    Unchanged,
    /// Nothing was left of it.
    Closed,
    /// Nothing was done, and why.
    Left(String),
}

impl Action {
    /// For reports.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated(_) => "updated",
            Self::Unchanged => "unchanged",
            Self::Closed => "closed",
            Self::Left(_) => "left",
        }
    }

    /// Why.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Updated(why) | Self::Left(why) => Some(why),
            Self::Created | Self::Unchanged | Self::Closed => None,
        }
    }
}

/// What became of a pull request.
#[derive(Clone, Debug)]
pub struct Published {
    /// What was done.
    pub action: Action,
    /// Its number, where there is one.
    pub number: Option<u64>,
    /// Its page.
    pub url: Option<String>,
    /// The fingerprints of the findings that it closes.
    pub findings: BTreeSet<String>,
    /// What did not work and is no harm.
    pub notes: Vec<String>,
}

impl Published {
    /// Nothing was done on GitHub, where there is no pull request either.
    pub fn left(why: String) -> Self {
        Self::new(Action::Left(why), None)
    }

    /// What became of a pull request that is there.
    pub fn of(action: Action, pull: &Pull) -> Self {
        Self::new(action, Some(pull))
    }

    fn new(action: Action, pull: Option<&Pull>) -> Self {
        let url = pull.map(|pull| pull.html_url.clone()).filter(|url| !url.is_empty());
        // A dry run has no number to tell.
        let number = pull.map(|pull| pull.number).filter(|number| *number > 0);
        Self { action, number, url, findings: BTreeSet::new(), notes: Vec::new() }
    }
}

/// Creates a pull request, or brings it up to date.
pub fn publish(
    github: &GitHub,
    base: &Base,
    standing: &Standing,
    proposal: &Proposal,
    limits: Limits,
) -> Result<Published, GitHubError> {
    let open = standing.open.as_ref();
    let head = standing.head.as_ref();
    if head.is_some_and(|head| head.ours.is_none()) {
        return leave_alone(github, base, open, &proposal.branch);
    }
    if open.is_none() && !limits.may_open {
        return Ok(Published::new(Action::Left("as many as --max-prs allows are open".to_owned()), None));
    }
    let digest = commit::digest(&proposal.files);
    let ours = head.and_then(|head| head.ours.as_ref());
    let why = match ours {
        Some(ours) if ours.edits != digest => Some("the fixes changed"),
        Some(ours) if ours.base != base.sha => Some("its base moved"),
        Some(_) => None,
        None => Some("it is new"),
    };
    if why.is_some() {
        let sha = commit::make(github, base, &proposal.files, &proposal.summary)?;
        let before = head.map(|head| head.sha.as_str());
        if !point(github, base, &proposal.branch, &sha, before)? {
            let why = "somebody else changed its branch meanwhile: run it again".to_owned();
            return Ok(Published::new(Action::Left(why), open));
        }
    }
    let marker = Marker { text: commit::hex_sha1(proposal.text.as_bytes()), ..proposal.marker.clone() };
    let body = format!("{}\n{}\n", proposal.text.trim_end(), marker.write());
    let Some(pull) = open else { return create(github, base, proposal, &body) };
    // What people wrote into the text stays while trueup has nothing new to say.
    let said = Marker::read(pull.body.as_deref().unwrap_or_default());
    let stale = pull.title != proposal.title || said.is_none_or(|said| said != marker);
    if stale {
        update(github, base, pull.number, &proposal.title, &body)?;
    }
    let action = match (why, stale) {
        (Some(why), _) => Action::Updated(why.to_owned()),
        (None, true) => Action::Updated("its text changed".to_owned()),
        (None, false) => Action::Unchanged,
    };
    Ok(Published::new(action, Some(pull)))
}

/// Lets a branch point at a commit. False where it does not stand where it stood.
fn point(
    github: &GitHub,
    base: &Base,
    branch: &str,
    sha: &str,
    before: Option<&str>,
) -> Result<bool, GitHubError> {
    let name = base.repository.route(&format!("/git/ref/heads/{}", reference(branch)));
    let now = || github.find::<BranchRef>(&name).map(|found| found.map(|found| found.object.sha));
    if let Some(before) = before {
        // GitHub can't be told where it must stand: the moment between is kept short.
        if now()?.as_deref() != Some(before) {
            return Ok(false);
        }
        let route = base.repository.route(&format!("/git/refs/heads/{}", reference(branch)));
        github.done(Write::patch(&route, json!({ "sha": sha, "force": true })))?;
        return Ok(true);
    }
    let route = base.repository.route("/git/refs");
    let body = json!({ "ref": format!("refs/heads/{branch}"), "sha": sha });
    for again in [true, false] {
        let Err(error) = github.done(Write::post(&route, body.clone())) else { return Ok(true) };
        let there = now()?;
        match there {
            Some(there) if there == sha => return Ok(true),
            Some(_) => return Ok(false),
            None if error.is_uncertain() && again => {}
            None => return Err(error),
        }
    }
    Ok(false)
}

fn create(github: &GitHub, base: &Base, proposal: &Proposal, body: &str) -> Result<Published, GitHubError> {
    let route = base.repository.route("/pulls");
    let wanted = json!({
        "title": proposal.title, "head": proposal.branch, "base": base.branch, "body": body,
    });
    let mut again = true;
    let pull = loop {
        let write = Write::post(&route, wanted.clone()).instead(json!({ "number": 0 }));
        let error = match github.write::<Pull>(write) {
            Ok(pull) => break pull,
            Err(error) => error,
        };
        if !error.is_uncertain() && error.status() != Some(422) {
            return Err(error);
        }
        // It may have been made all the same, or by somebody else.
        if let Some(pull) = Standing::read(github, base, &proposal.branch)?.open {
            if pull.title != proposal.title || pull.body.as_deref() != Some(body) {
                update(github, base, pull.number, &proposal.title, body)?;
            }
            break pull;
        }
        if !std::mem::take(&mut again) || !error.is_uncertain() {
            return Err(error);
        }
    };
    let mut published = Published::new(Action::Created, Some(&pull));
    if !proposal.labels.is_empty() {
        let route = base.repository.route(&format!("/issues/{}/labels", pull.number));
        let write = Write::post(&route, json!({ "labels": proposal.labels })).harmless();
        // A pull request without a label is one all the same.
        if let Err(error) = github.done(write) {
            published.notes.push(format!("it has no label: {error}"));
        }
    }
    Ok(published)
}

fn update(github: &GitHub, base: &Base, number: u64, title: &str, body: &str) -> Result<(), GitHubError> {
    let route = base.repository.route(&format!("/pulls/{number}"));
    github.done(Write::patch(&route, json!({ "title": title, "body": body })))
}

/// Says once on the pull request why its branch is not touched.
fn leave_alone(
    github: &GitHub,
    base: &Base,
    open: Option<&Pull>,
    branch: &str,
) -> Result<Published, GitHubError> {
    let why = format!(
        "{branch} holds commits that are not trueup's: it is left alone; delete the branch to give it back"
    );
    let mut published = Published::new(Action::Left(why), open);
    let Some(pull) = open else { return Ok(published) };
    let route = base.repository.route(&format!("/issues/{}/comments", pull.number));
    let comments = github.list::<Comment>(&route, MAX_COMMENTS)?;
    let said = |comment: &Comment| comment.body.as_deref().unwrap_or_default().contains(LEFT_ALONE);
    if comments.items.iter().any(said) || !comments.complete {
        return Ok(published);
    }
    let text = format!(
        "{LEFT_ALONE}\nThis branch holds commits that are not trueup's, so trueup does not change it any more. \
         To give it back, delete the branch: the next run makes a new one."
    );
    // Once more is worse than not at all.
    if let Err(error) = github.done(Write::post(&route, json!({ "body": text }))) {
        published.notes.push(format!("it could not say so there: {error}"));
    }
    Ok(published)
}

/// Closes a pull request of which nothing is left, and deletes its branch.
pub fn close(github: &GitHub, base: &Base, pull: &Pull, marker: &Marker) -> Result<Published, GitHubError> {
    let branch = &pull.head.branch;
    let head = standing::head(github, base, branch)?;
    if head.is_some_and(|head| head.ours.is_none()) {
        return leave_alone(github, base, Some(pull), branch);
    }
    let done = Marker { done: true, ..marker.clone() };
    let text = format!(
        "Nothing is left to fix here, so trueup closed this pull request and deleted its branch.\n{}\n",
        done.write()
    );
    let route = base.repository.route(&format!("/pulls/{}", pull.number));
    github.done(Write::patch(&route, json!({ "state": "closed", "body": text })))?;
    let mut published = Published::new(Action::Closed, Some(pull));
    let route = base.repository.route(&format!("/git/refs/heads/{}", reference(branch)));
    match github.done(Write::delete(&route)) {
        Ok(()) => {}
        // Where repositories delete branches by themselves, it is gone.
        Err(error) if matches!(error.status(), Some(404 | 422)) => {}
        Err(error) => published.notes.push(format!("its branch {} is still there: {error}", segment(branch))),
    }
    Ok(published)
}

/// For programs.
impl From<&Published> for Value {
    fn from(published: &Published) -> Self {
        json!({
            "action": published.action.name(),
            "reason": published.action.reason(),
            "number": published.number,
            "url": published.url,
            "findings": published.findings,
            "notes": published.notes,
        })
    }
}
