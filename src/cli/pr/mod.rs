//! `trueup pr`: proved fixes as pull requests on GitHub.
//!
//! In: options, the checkout and GitHub's variables. Out: one pull request for each group of fixes,
//! opened, brought up to date or closed; and what was done, and what was not and why.

mod group;
mod propose;
pub(super) mod tell;

use std::cell::RefCell;
use std::rc::Rc;

use crate::findings::Outcome;
use crate::github::proposal::{self, Base};
use crate::github::{GitHub, Sent};

use super::args::{Pr as Options, PrFormat};
use super::checkout::Checkout;
use super::fix::choose::Wanted;
use super::judge::judge_by;
use super::{Exit, Failure, Run, connect, print, proof};

use group::{Group, groups};
use propose::Proposer;
use tell::Done;

pub(super) fn run(options: &Options) -> Result<Exit, Failure> {
    let wanted = Wanted::new(&options.selection, false)?;
    let access = connect::access(&options.hosting, options.dry_run)?;
    let checkout = Checkout::find();
    let repository = connect::repository(&options.hosting, &access, &checkout)?;
    let (run, rules, settings) = judge_by(&options.input, true)?;
    let requests = Rc::new(RefCell::new(Vec::new()));
    let heard = Rc::clone(&requests);
    let (dry_run, format) = (options.dry_run, options.format);
    let hear = move |sent: &Sent<'_>| {
        if dry_run {
            match format {
                PrFormat::Terminal => print(&tell::request(sent)),
                PrFormat::Json => heard.borrow_mut().push(tell::request_json(sent)),
            }
        }
    };
    let github = GitHub::connect(&access, &repository, hear)?;
    let named = options.base.clone().or_else(|| connect::variable("GITHUB_BASE_REF"));
    let base = Base::read(&github, &repository, named.as_deref())?;
    let scope = group::scope(options, &checkout, &base);
    let proposer = Proposer {
        options,
        wanted: &wanted,
        run: &run,
        rules: &rules,
        settings: &settings,
        github: &github,
        base: &base,
        checkout: &checkout,
        scope: &scope,
        site: github.site(),
        covered: run.secrets.cover(run.workspace.sources.clone()),
        verdicts: proof::verdicts(&run, &rules),
        differing: propose::differing(&run, &github, &base, &checkout)?,
    };
    let mut done = Done::new(options, &base, &run);
    let result = everything(&proposer, &mut done);
    if options.format == PrFormat::Json {
        print(&done.json(&requests.borrow()));
    }
    done.summary();
    result?;
    Ok(exit(&run))
}

/// Every group, then what is left over from earlier runs.
fn everything<'p>(proposer: &Proposer<'p>, done: &mut Done<'p>) -> Result<(), Failure> {
    let Proposer { github, base, run, .. } = *proposer;
    let all: Vec<Group<'p>> = groups(proposer.options, proposer.wanted, run, done);
    let own = proposal::own_pulls(github, base)?;
    let mut open = own.len();
    for group in &all {
        let branch = proposer.branch(group);
        let (published, left) = proposer.propose(group, &branch, open)?;
        open += usize::from(published.action == proposal::Action::Created);
        done.published(group, &branch, &published);
        done.left(left);
    }
    let wanted: Vec<String> = all.iter().map(|group| proposer.branch(group)).collect();
    let stale = own
        .iter()
        .filter(|(pull, marker)| marker.scope == proposer.scope && !wanted.contains(&pull.head.branch));
    let stale: Vec<_> = stale.collect();
    if stale.is_empty() {
        return Ok(());
    }
    // What was not read, or is not what the base has, can't show that nothing is left there.
    if let Some(why) = proposer.unsure() {
        for (pull, _) in stale {
            done.kept(pull, &why);
        }
        return Ok(());
    }
    for (pull, marker) in stale {
        let published = proposal::close(github, base, pull, marker)?;
        done.closed(pull, &published);
    }
    Ok(())
}

/// What could not be judged has no fix: then the pull requests are not all there could be.
fn exit(run: &Run) -> Exit {
    let errs = run.assessment.findings.iter().any(|finding| finding.outcome == Outcome::Error);
    if errs || run.assessment.coverage.is_incomplete() { Exit::Incomplete } else { Exit::Clean }
}
