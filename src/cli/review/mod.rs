//! `trueup review`: tell the reviewers of a pull request what it makes fail.
//!
//! In: options, the event of a workflow, a checkout without history. Out: comments, a summary and a check
//! run on GitHub; annotations and the step's summary where the token may not write; what was done, on
//! stdout. The head and the commit where the pull request branched off are judged by the same rules.

mod event;
mod sides;
mod told;

use std::collections::BTreeSet;
use std::io::Write as _;

use serde_json::Value;

use crate::findings::{Outcome, Severity};
use crate::github::review::{
    Commits, Difference, Join, Published, Shown, Target, Told, difference, place, publish, shown,
};
use crate::github::{GitHub, Pull, Sent};
use crate::report;

use super::args::Review;
use super::checkout::Checkout;
use super::connect::{access, repository, variable};
use super::judge::judge_at;
use super::pr::tell;
use super::{Exit, Failure, Run, print, proof, say};

use event::{Event, is_hash};
use sides::{Fetcher, Ground};
use told::{Remarks, Tree};

/// Bytes of a step's summary; GitHub takes 1 MiB.
const MAX_STEP_SUMMARY: usize = 1 << 20;

pub(super) fn run(options: &Review) -> Result<Exit, Failure> {
    let threshold = Severity::from_name(&options.threshold).ok_or_else(|| {
        Failure::new(
            format!("--threshold {} is not a severity", options.threshold),
            format!("use one of {}", Severity::NAMES.join(", ")),
        )
    })?;
    let mut input = options.input.clone();
    if !input.plans.is_empty() || input.source.is_some() || input.run_terraform.is_some() {
        return Err(Failure::new(
            "a review compares trees, and a plan has none before the change",
            "leave --plan, --source and --run-terraform out; trueup check judges plans",
        ));
    }
    let event = Event::find(options.pr)?;
    let checkout = Checkout::find();
    let ground = Ground::new(&checkout.prefix)?;
    for path in &mut input.paths {
        *path = ground.relative(path)?;
    }
    let access = access(&options.hosting, options.dry_run)?;
    let repository = repository(&options.hosting, &access, &checkout)?;
    let github = GitHub::connect(&access, &repository, heard)?;
    let pull: Pull = github.get(&repository.route(&format!("/pulls/{}", event.number)))?;
    let head = event.head.clone().unwrap_or_else(|| pull.head.sha.clone());
    if !is_hash(&head) || !is_hash(&pull.base.sha) {
        return Err(Failure::new(
            format!("GitHub names no commits for pull request {}", event.number),
            "see that the repository and the number are the right ones",
        ));
    }
    let changes = difference(&github, &repository, event.number, &pull.base.sha, &head)?;
    if !changes.complete {
        return Err(Failure::new(
            format!("pull request {} changes more files than GitHub lists", event.number),
            "use trueup check, which judges the tree as it is",
        ));
    }
    let mut fetcher = Fetcher {
        github: &github,
        repository: &repository,
        ground: &ground,
        head: &head,
        input: &input,
        files: 0,
        bytes: 0,
    };
    let sides = fetcher.sides(&changes)?;
    let (mut after, rules, settings) = judge_at(&input, true, &ground.with(&sides.head))?;
    if !after.plans.is_empty() || !after.made_from.iter().all(Option::is_none) {
        return Err(Failure::new("a review compares trees, and a plan is none", "name directories"));
    }
    let (mut before, _, _) = judge_at(&input, false, &ground.with(&sides.base))?;
    let mut told = told::compared(&mut after, &mut before, threshold);
    after.secrets.clean(&mut after.assessment);
    hide(&mut told, &after, &before);
    let covered = after.secrets.cover(after.workspace.sources.clone());
    let allow_replace = options.allow_replace;
    let remarks =
        Remarks { run: &after, base: &before, covered: &covered, checkout: &checkout, allow_replace };
    told.remarks = remarks.all();
    let shows = shows(&changes);
    let tree = Tree::new(&after, &covered, &checkout);
    let placed = place(&told.remarks, &shows, &tree, Join::Together);
    // Suggestions that are made of several fixes must be as proved as each of these.
    let joined: BTreeSet<usize> = placed.joined().flatten().copied().collect();
    let verdicts = || proof::verdicts(&after, &rules);
    let together = || proof::prove_together(&after, &verdicts(), &rules, &settings, tree.candidates(&joined));
    let join = if joined.is_empty() || together().is_ok() { Join::Together } else { Join::Apart };
    let exit = exit(&after, &told);
    if let Some(why) = silent(&pull, &head) {
        print(&format!("{}\n{why}\n", line(&told)));
        return Ok(exit);
    }
    let target = Target {
        repository,
        number: event.number,
        commits: Commits { base: changes.merge_base.clone(), head },
        check_run: !options.no_check_run,
    };
    let published = publish(&github, &target, &told, &shows, &tree, join)?;
    finish(&published, &told, &mut after, &checkout)?;
    Ok(exit)
}

/// Says what was done; where nothing may be written, tells it in the workflow's log instead.
fn finish(published: &Published, told: &Told, run: &mut Run, checkout: &Checkout) -> Result<(), Failure> {
    print(&format!("{}\n", line(told)));
    for done in &published.done {
        print(&format!("  {done}\n"));
    }
    let Some(refused) = &published.refused else { return Ok(()) };
    say(&format!("warning: the token may not write to this pull request: {refused}"));
    say(
        "  help: a pull request from a fork has a token that only reads; elsewhere the job needs the permission pull-requests: write",
    );
    say("  What is new stands here as annotations, and in the step's summary.");
    print(&told::annotations(run, checkout));
    let Some(path) = variable("GITHUB_STEP_SUMMARY") else { return Ok(()) };
    let room = std::fs::metadata(&path).map_or(0, |about| about.len());
    let room = MAX_STEP_SUMMARY.saturating_sub(usize::try_from(room).unwrap_or(usize::MAX));
    if published.summary.len() > room {
        say("warning: the step's summary is full: trueup adds nothing to it");
        return Ok(());
    }
    let written = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(&path)
        .and_then(|mut file| file.write_all(published.summary.as_bytes()));
    written.map_err(|error| {
        Failure::new(format!("{path} can't be written: {error}"), "see what GITHUB_STEP_SUMMARY names")
    })
}

/// What a reviewer's terminal or log says first.
fn line(told: &Told) -> String {
    format!("trueup: {}", crate::github::review::headline(told))
}

/// Why nothing is written, where nothing is.
fn silent(pull: &Pull, head: &str) -> Option<String> {
    if pull.state == "closed" {
        return Some("The pull request is closed: nothing is written.".to_owned());
    }
    let newer = pull.head.sha.get(..10).unwrap_or_default();
    (pull.head.sha != head).then(|| {
        format!("A newer commit was pushed ({newer}): nothing is written, its own run tells what is new.")
    })
}

/// The lines that the pull request shows of each file that is there afterwards.
fn shows(changes: &Difference) -> Shown {
    let there = changes.files.iter().filter(|file| file.status != "removed");
    there.map(|file| (file.path.clone(), file.patch.as_deref().map_or_else(Vec::new, shown))).collect()
}

/// Takes secrets out of what is told beside the findings.
fn hide(told: &mut Told, after: &Run, before: &Run) {
    let secrets = [&after.secrets, &before.secrets];
    let hide = |text: &mut String| secrets.iter().for_each(|secrets| *text = secrets.hide(text));
    told.unjudged.iter_mut().for_each(hide);
    told.resolved.iter_mut().chain(&mut told.silenced).for_each(|named| hide(&mut named.address));
}

fn exit(run: &Run, told: &Told) -> Exit {
    let error = |finding: &crate::findings::Finding| finding.is_open() && finding.outcome == Outcome::Error;
    if run.assessment.coverage.is_incomplete() || run.assessment.findings.iter().any(error) {
        return Exit::Incomplete;
    }
    if told.failing() > 0 { Exit::Findings } else { Exit::Clean }
}

/// Prints the requests that a dry run keeps back, each comment of a review by itself.
fn heard(sent: &Sent<'_>) {
    if !sent.withheld {
        return;
    }
    let mut body = sent.body.cloned();
    let comments = body.as_mut().and_then(|body| body.as_object_mut()?.remove("comments"));
    print(&tell::request(&Sent { body: body.as_ref(), ..*sent }));
    for comment in comments.as_ref().and_then(Value::as_array).into_iter().flatten() {
        let text = |key: &str| comment.get(key).and_then(Value::as_str).unwrap_or_default();
        let number = |key: &str| comment.get(key).and_then(Value::as_u64);
        let last = number("line").unwrap_or_default();
        let lines = number("start_line").map_or_else(|| last.to_string(), |first| format!("{first}-{last}"));
        print(&format!("  {}:{lines}\n{}", report::clean(text("path")), tell::quoted(text("body"))));
    }
}
