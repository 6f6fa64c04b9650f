//! What was done, for people and programs.
//!
//! In: what became of each pull request, findings that were left, requests of a dry run. Out: lines as
//! they come, or one JSON object; no secret, and no file's content.

use serde_json::{Value, json};

use crate::cli::args::{Pr as Options, PrFormat};
use crate::cli::fix::choose::Left;
use crate::cli::{Run, print, say};
use crate::findings::Finding;
use crate::github::proposal::{Action, Base, Published};
use crate::github::{Pull, Sent};
use crate::report::clean;

use super::group::Group;

/// What a run did so far.
pub(super) struct Done<'r> {
    run: &'r Run,
    base: &'r Base,
    format: PrFormat,
    dry_run: bool,
    pulls: Vec<Value>,
    left: Vec<(&'r Finding, String)>,
}

impl<'r> Done<'r> {
    pub(super) fn new(options: &Options, base: &'r Base, run: &'r Run) -> Self {
        Self {
            run,
            base,
            format: options.format,
            dry_run: options.dry_run,
            pulls: Vec::new(),
            left: Vec::new(),
        }
    }

    /// A group's pull request.
    pub(super) fn published(&mut self, group: &Group<'_>, branch: &str, published: &Published) {
        let count = published.findings.len();
        let findings = if count == 1 { "1 finding".to_owned() } else { format!("{count} findings") };
        self.tell(branch, published, &findings);
        let mut told = Value::from(published);
        if let Some(told) = told.as_object_mut() {
            told.insert("branch".to_owned(), json!(branch));
            told.insert(group.by.to_owned(), json!(group.key));
            told.insert("applicability".to_owned(), json!(group.kind.name()));
        }
        self.pulls.push(told);
    }

    /// A pull request of which nothing is left.
    pub(super) fn closed(&mut self, pull: &Pull, published: &Published) {
        self.tell(&pull.head.branch, published, "nothing is left to fix");
        let mut told = Value::from(published);
        if let Some(told) = told.as_object_mut() {
            told.insert("branch".to_owned(), json!(pull.head.branch));
        }
        self.pulls.push(told);
    }

    /// A pull request that may have nothing left, which this run can't tell.
    pub(super) fn kept(&mut self, pull: &Pull, why: &str) {
        let why = format!("it stays open: {why}");
        self.closed(pull, &Published::of(Action::Left(why), pull));
    }

    fn tell(&self, branch: &str, published: &Published, about: &str) {
        let number = published.number.map_or_else(String::new, |number| format!(" #{number}"));
        let about = published.action.reason().unwrap_or(about);
        let would = if self.dry_run { "would be " } else { "" };
        let line = format!("{would}{}{number} {branch}: {}", published.action.name(), clean(about));
        let url = published.url.as_deref().map_or_else(String::new, |url| format!("  {}\n", clean(url)));
        if self.format == PrFormat::Terminal {
            print(&self.run.secrets.hide(&format!("{line}\n{url}")));
        }
        for note in &published.notes {
            say(&format!("  note: {}", clean(note)));
        }
    }

    /// Findings that no pull request closes.
    pub(super) fn left(&mut self, left: Vec<Left<'r>>) {
        self.left.extend(left.into_iter().map(|left| (left.finding, left.reason)));
    }

    /// What was left and why, on stderr.
    pub(super) fn summary(&self) {
        if self.pulls.is_empty() {
            say(&format!("no fix to propose for {} in {}", self.base.branch, self.base.repository));
        }
        for (finding, reason) in &self.left {
            let reason = self.run.secrets.hide(reason);
            say(&format!("  left: {} on {}: {}", finding.rule, clean(&finding.address), clean(&reason)));
        }
        for unparsed in &self.run.assessment.coverage.unparsed {
            let message = self.run.secrets.hide(&unparsed.message);
            say(&format!("  not read: {}: {}", clean(&unparsed.file), clean(&message)));
        }
    }

    /// Everything, for programs.
    pub(super) fn json(&self, requests: &[Value]) -> String {
        let left = self.left.iter().map(|(finding, reason)| {
            json!({
                "fingerprint": finding.fingerprint,
                "rule": &*finding.rule,
                "address": finding.address,
                "reason": reason,
            })
        });
        let mut told = json!({
            "repository": self.base.repository.to_string(),
            "base": self.base.branch,
            "base_sha": self.base.sha,
            "dry_run": self.dry_run,
            "pull_requests": self.pulls,
            "left": left.collect::<Vec<_>>(),
        });
        if let (true, Some(told)) = (self.dry_run, told.as_object_mut()) {
            told.insert("requests".to_owned(), json!(requests));
        }
        self.run.secrets.hide(&format!("{told:#}\n"))
    }
}

/// What of a request is shown: the bytes of files are only counted.
fn shown(sent: &Sent<'_>) -> Option<Value> {
    let mut body = sent.body?.clone();
    if let Some(content) = body.get_mut("content")
        && let Some(text) = content.as_str()
    {
        *content = json!(format!("({} characters of a file)", text.len()));
    }
    Some(body)
}

/// A request for people. A pull request's text stands below, line by line.
pub(in crate::cli) fn request(sent: &Sent<'_>) -> String {
    let withheld = if sent.withheld { "  (not sent)" } else { "" };
    let mut out = format!("{} {}{withheld}\n", sent.method.name(), clean(sent.route));
    let Some(mut body) = shown(sent) else { return out };
    let text = body.as_object_mut().and_then(|body| body.remove("body"));
    if body.as_object().is_none_or(|body| !body.is_empty()) {
        out.push_str(&format!("  {body}\n"));
    }
    out.push_str(&quoted(text.as_ref().and_then(Value::as_str).unwrap_or_default()));
    out
}

/// A text that would be written, line by line.
pub(in crate::cli) fn quoted(text: &str) -> String {
    // White space at the beginning tells, so words are not joined.
    let shown = |line: &str| line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    text.lines().map(shown).fold(String::new(), |out, line| out + "  | " + &line + "\n")
}

/// A request for programs.
pub(super) fn request_json(sent: &Sent<'_>) -> Value {
    json!({ "method": sent.method.name(), "route": sent.route, "body": shown(sent), "sent": !sent.withheld })
}
