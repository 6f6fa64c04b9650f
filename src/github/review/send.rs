//! Brings a review to GitHub.
//!
//! In: what is to be told, and a connection. Out: what was written, in words, or that nothing may be.
//! First everything there is is read, then only the difference is written: comments on lines as one
//! review, comments on files one by one, texts that changed, comments whose finding is gone, the summary,
//! the check run.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::report::clean;

use super::super::{Comment, GitHub, GitHubError, Repository, User, Write, segment};
use super::body::{self, Links};
use super::checks::{NAME, check_run};
use super::marker::{Kind, Marker, marked};
use super::model::{Texts, Told};
use super::place::{Join, Placed, Shown, place, place_on_files};
use super::reconcile::{Present, Wanted, Work, reconcile};
use super::summary::{Commits, about_fixes, summary};
use super::threads;

/// Comments that are read of one pull request.
const MAX_COMMENTS: usize = 3_000;

/// The pull request, and how it is reviewed.
#[derive(Clone, Debug)]
pub struct Target {
    /// Where it is.
    pub repository: Repository,
    /// Its number.
    pub number: u64,
    /// The commits that were compared.
    pub commits: Commits,
    /// Whether a check run is made.
    pub check_run: bool,
}

/// What became of it.
#[derive(Debug, Default)]
pub struct Published {
    /// What was done, in words.
    pub done: Vec<String>,
    /// Why nothing can be written, where the token may not.
    pub refused: Option<GitHubError>,
    /// The summary, for where it can't be a comment.
    pub summary: String,
}

/// Publishes everything.
pub fn publish(
    github: &GitHub,
    target: &Target,
    told: &Told,
    shown: &Shown,
    texts: &dyn Texts,
    join: Join,
) -> Result<Published, GitHubError> {
    let links = Links {
        site: github.site(),
        repository: target.repository.clone(),
        head: target.commits.head.clone(),
    };
    let mut sender = Sender { github, target, told, links, me: None, done: Vec::new() };
    let placed = place(&told.remarks, shown, texts, join);
    let text = sender.summary(&placed, &[]);
    match sender.send(placed, shown) {
        Ok(summary) => Ok(Published { done: sender.done, refused: None, summary }),
        Err(error) if error.is_forbidden() => {
            Ok(Published { done: sender.done, refused: Some(error), summary: text })
        }
        Err(error) => Err(error),
    }
}

struct Sender<'s> {
    github: &'s GitHub,
    target: &'s Target,
    told: &'s Told,
    links: Links,
    /// Who trueup is; asked for once, and only where it matters.
    me: Option<String>,
    done: Vec<String>,
}

impl Sender<'_> {
    fn route(&self, rest: &str) -> String {
        self.target.repository.route(rest)
    }

    fn pull(&self, rest: &str) -> String {
        self.route(&format!("/pulls/{}{rest}", self.target.number))
    }

    fn summary(&self, placed: &Placed, notes: &[String]) -> String {
        let fixes = about_fixes(self.told, placed);
        let notes: Vec<String> = self.told.notes.iter().chain(notes).cloned().chain(fixes).collect();
        summary(self.told, placed, &self.links, &self.target.commits, &notes)
    }

    fn send(&mut self, mut placed: Placed, shown: &Shown) -> Result<String, GitHubError> {
        let mut notes = Vec::new();
        let present = self.github.list::<Present>(&self.pull("/comments"), MAX_COMMENTS)?;
        if !present.complete {
            notes.push(format!(
                "There are more than {MAX_COMMENTS} comments here, so that none is added on lines or files."
            ));
            placed = Placed { rest: (0..self.told.remarks.len()).collect(), ..Placed::default() };
        }
        let present = present.items;
        self.learn_name(present.iter().map(|each| each.body.as_deref()));
        let mut wanted = self.wanted(&placed);
        let mut work = self.work(&present, &wanted);
        if let Err(error) = self.review(&wanted, &work) {
            if error.status() != Some(422) {
                return Err(error);
            }
            self.done.push(format!(
                "GitHub refused the comments on lines ({error}): they stand on the files instead"
            ));
            notes.push("GitHub refused comments on these lines: they stand on the files instead.".to_owned());
            placed = place_on_files(&self.told.remarks, shown);
            wanted = self.wanted(&placed);
            work = self.work(&present, &wanted);
        }
        let refused = self.files(&wanted, &work)?;
        if !refused.is_empty() {
            placed.files.retain(|(path, _)| !refused.contains(path));
            notes.push("GitHub refused comments on some files: what they would say stands here.".to_owned());
        }
        for (id, text) in &work.change {
            let route = self.route(&format!("/pulls/comments/{id}"));
            self.github.done(Write::patch(&route, json!({ "body": text })))?;
        }
        count(
            &mut self.done,
            work.change.len(),
            "comment is brought up to date",
            "comments are brought up to date",
        );
        if present.len() < MAX_COMMENTS {
            self.retire(&present, &work)?;
        }
        count(&mut self.done, work.kept, "comment stays as it is", "comments stay as they are");
        let text = self.summary(&placed, &notes);
        self.sticky(&text)?;
        if self.target.check_run {
            self.check(&text)?;
        }
        Ok(text)
    }

    /// Every comment that should stand on a line or file.
    fn wanted(&self, placed: &Placed) -> Vec<Wanted> {
        let remarks = &self.told.remarks;
        let lines = placed.lines.iter().map(|on| Wanted {
            path: on.path.clone(),
            lines: Some((on.first, on.last)),
            body: body::on_lines(on, remarks, placed, &self.links),
        });
        let files = placed.files.iter().map(|(path, about)| Wanted {
            path: path.clone(),
            lines: None,
            body: body::on_file(about, remarks, placed, &self.links),
        });
        lines.chain(files).collect()
    }

    fn work(&self, present: &[Present], wanted: &[Wanted]) -> Work {
        reconcile(present, wanted, &|each| self.is_mine(each.user.as_ref()))
    }

    /// Asks who trueup is, where a comment has its marker. The author counts, not the marker alone: a
    /// token that writes could change anybody's comment.
    fn learn_name<'b>(&mut self, mut bodies: impl Iterator<Item = Option<&'b str>>) {
        #[derive(Deserialize)]
        struct Viewer {
            viewer: User,
        }
        if self.me.is_some() || !bodies.any(|body| body.and_then(Marker::of).is_some()) {
            return;
        }
        // An App is no user: only GraphQL tells its name.
        let user = self.github.get::<User>("/user").or_else(|_| {
            let asked =
                self.github.graphql::<Viewer>("query { viewer { login } }", &json!({}), false, Value::Null);
            asked.map(|answer| answer.viewer)
        });
        self.me = user.ok().map(|user| user.login);
    }

    fn is_mine(&self, user: Option<&User>) -> bool {
        let login = user.map_or("", |user| user.login.as_str());
        match &self.me {
            Some(me) => login == me || login.strip_suffix("[bot]") == Some(me),
            // Where nobody tells, a person's comment is surely none.
            None => login.ends_with("[bot]"),
        }
    }

    /// Writes the comments on lines as one review.
    fn review(&mut self, wanted: &[Wanted], work: &Work) -> Result<(), GitHubError> {
        let comments: Vec<Value> =
            work.write.iter().filter_map(|at| wanted.get(*at)).filter_map(on_lines).collect();
        if comments.is_empty() {
            return Ok(());
        }
        let some = if comments.len() == 1 { "One comment" } else { "Comments" };
        let text = format!(
            "{some} of trueup on checks that this change makes fail. Its summary is a comment of its own.\n"
        );
        let body = json!({
            "commit_id": self.target.commits.head,
            "event": "COMMENT",
            "body": marked(Kind::Review, &[], &text),
            "comments": comments,
        });
        self.github.done(Write::post(&self.pull("/reviews"), body))?;
        count(&mut self.done, comments.len(), "comment on lines is written", "comments on lines are written");
        Ok(())
    }

    /// Writes the comments on files, and gives the files where GitHub refused one.
    fn files(&mut self, wanted: &[Wanted], work: &Work) -> Result<Vec<String>, GitHubError> {
        let mut refused = Vec::new();
        let mut written = 0;
        let files = work.write.iter().filter_map(|at| wanted.get(*at)).filter(|each| each.lines.is_none());
        for each in files {
            let body = json!({
                "commit_id": self.target.commits.head,
                "path": each.path,
                "subject_type": "file",
                "body": each.body,
            });
            match self.github.done(Write::post(&self.pull("/comments"), body)) {
                Ok(()) => written += 1,
                Err(error) if error.status() == Some(422) => {
                    self.done.push(format!("GitHub refused a comment on {} ({error})", clean(&each.path)));
                    refused.push(each.path.clone());
                }
                Err(error) => return Err(error),
            }
        }
        count(&mut self.done, written, "comment on a file is written", "comments on files are written");
        Ok(refused)
    }

    /// Marks what is gone, and resolves its threads where the token may.
    fn retire(&mut self, present: &[Present], work: &Work) -> Result<(), GitHubError> {
        let gone: Vec<(&Present, &[String])> = work
            .retire
            .iter()
            .filter_map(|(at, prints)| Some((present.get(*at)?, prints.as_slice())))
            .collect();
        if gone.is_empty() {
            return Ok(());
        }
        for (each, prints) in &gone {
            let text = body::resolved(prints, &self.target.commits.head);
            let route = self.route(&format!("/pulls/comments/{}", each.id));
            self.github.done(Write::patch(&route, json!({ "body": text })))?;
        }
        count(&mut self.done, gone.len(), "comment is marked as resolved", "comments are marked as resolved");
        // The mark says it already: a token that may not do more is no error.
        let Target { repository, number, .. } = self.target;
        let resolved = threads::open(self.github, repository, *number).and_then(|threads| {
            let threads = gone.iter().filter_map(|(each, _)| Some((threads.get(&each.id)?, &*each.node_id)));
            threads
                .into_iter()
                .try_for_each(|(thread, comment)| threads::resolve(self.github, thread, comment))
        });
        if let Err(error) = resolved {
            self.done.push(format!(
                "their conversations stay open, because GitHub did not let trueup resolve them ({error}); a token with contents: write may"
            ));
        }
        Ok(())
    }

    /// Writes the summary, or brings it up to date. Where there is nothing to say, none is begun.
    fn sticky(&mut self, text: &str) -> Result<(), GitHubError> {
        let route = self.route(&format!("/issues/{}/comments", self.target.number));
        let comments = self.github.list::<Comment>(&route, MAX_COMMENTS)?.items;
        self.learn_name(comments.iter().map(|each| each.body.as_deref()));
        let marker = |body: Option<&str>| body.and_then(Marker::of).filter(|it| it.kind == Kind::Summary);
        let mut own = comments.iter().filter(|each| self.is_mine(each.user.as_ref()));
        let known = own.find_map(|each| Some((each.id, marker(each.body.as_deref())?)));
        let body = marked(Kind::Summary, &[], text);
        match known {
            None if self.told.is_silent() => {
                self.done.push("nothing to say: no summary is written".to_owned());
            }
            None => {
                self.github.done(Write::post(&route, json!({ "body": body })))?;
                self.done.push("the summary is written".to_owned());
            }
            Some((_, old)) if Marker::of(&body).as_ref() == Some(&old) => {
                self.done.push("the summary stays as it is".to_owned());
            }
            Some((id, _)) => {
                let route = self.route(&format!("/issues/comments/{id}"));
                self.github.done(Write::patch(&route, json!({ "body": body })))?;
                self.done.push("the summary is brought up to date".to_owned());
            }
        }
        Ok(())
    }

    /// Makes the check run, where the same one is not there. Only Apps may: others are told so.
    fn check(&mut self, text: &str) -> Result<(), GitHubError> {
        #[derive(Deserialize)]
        struct Runs {
            #[serde(default)]
            check_runs: Vec<Run>,
        }
        #[derive(Deserialize)]
        struct Run {
            #[serde(default)]
            id: u64,
            #[serde(default)]
            external_id: Option<String>,
        }
        let head = &self.target.commits.head;
        let made = check_run(self.told, text, head);
        let route = self.route(&format!("/commits/{}/check-runs?check_name={NAME}", segment(head)));
        let known = self.github.find::<Runs>(&route);
        let known = known.map(|runs| runs.map(|runs| runs.check_runs).unwrap_or_default());
        if matches!(&known, Ok(runs) if runs.iter().any(|run| run.external_id.as_ref() == Some(&made.identity)))
        {
            self.done.push("the check run stays as it is".to_owned());
            return Ok(());
        }
        let write = || -> Result<(), GitHubError> {
            let route = self.route("/check-runs");
            let run: Run =
                self.github.write(Write::post(&route, made.first.clone()).instead(json!({ "id": 0 })))?;
            let route = self.route(&format!("/check-runs/{}", run.id));
            made.further.iter().try_for_each(|body| self.github.done(Write::patch(&route, body.clone())))
        };
        match write() {
            Ok(()) => self.done.push(format!("the check run is written: {}", made.conclusion)),
            Err(error) if error.is_forbidden() => self.done.push(format!(
                "no check run: {error}. Only the token of a workflow or an App may write one, with checks: write"
            )),
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// A comment on lines as the API takes it: one line has no start.
fn on_lines(wanted: &Wanted) -> Option<Value> {
    let (first, last) = wanted.lines?;
    let mut comment = json!({ "path": wanted.path, "body": wanted.body, "line": last, "side": "RIGHT" });
    if let (true, Some(comment)) = (first < last, comment.as_object_mut()) {
        comment.insert("start_line".to_owned(), json!(first));
        comment.insert("start_side".to_owned(), json!("RIGHT"));
    }
    Some(comment)
}

fn count(done: &mut Vec<String>, many: usize, one: &str, several: &str) {
    match many {
        0 => {}
        1 => done.push(format!("1 {one}")),
        many => done.push(format!("{many} {several}")),
    }
}
