//! Which fixes go into one pull request.
//!
//! In: findings with proved fixes. Out: groups, worst findings first. What may be applied as it is never
//! shares a group with what a person should look at.

use std::path::Path;

use crate::cli::Run;
use crate::cli::args::{Grouping, Pr as Options, Profile};
use crate::cli::checkout::Checkout;
use crate::cli::fix::choose::{Left, Wanted};
use crate::findings::{Applicability, Finding};
use crate::github::proposal::{self, Base};

use super::tell::Done;

/// Findings that one pull request closes at most: more can't be read.
const MAX_FINDINGS: usize = 200;

/// Characters of a scope.
const MAX_SCOPE: usize = 300;

/// The fixes of one pull request.
pub(super) struct Group<'r> {
    /// What groups are made by.
    pub(super) by: &'static str,
    /// Which one: `CC6.1`.
    pub(super) key: String,
    /// `auto` or `review`.
    pub(super) kind: Applicability,
    /// Findings whose fix is proved.
    pub(super) findings: Vec<&'r Finding>,
    /// Findings of the same key without one, and why.
    pub(super) left: Vec<Left<'r>>,
}

/// The groups of a run. Findings without a proved fix stand beside those of their key, or are told of.
pub(super) fn groups<'r>(
    options: &Options,
    wanted: &Wanted<'_>,
    run: &'r Run,
    done: &mut Done<'r>,
) -> Vec<Group<'r>> {
    let mut groups: Vec<Group<'r>> = Vec::new();
    let mut without: Vec<(String, Left<'r>)> = Vec::new();
    let open = |finding: &&Finding| finding.is_open() && wanted.selects(run, finding);
    for finding in run.assessment.findings.iter().filter(open) {
        let Some(fix) = &finding.fix else { continue };
        let (by, key) = key(options, run, finding);
        if !fix.proved {
            let reason = fix.reason.clone().unwrap_or_else(|| "it could not be proved".to_owned());
            without.push((key, Left { finding, reason }));
            continue;
        }
        let same = |group: &&mut Group<'_>| group.key == key && group.kind == fix.applicability;
        match groups.iter_mut().find(same) {
            Some(group) if group.findings.len() < MAX_FINDINGS => group.findings.push(finding),
            Some(group) => {
                let reason = "the pull request is full: it follows when that one is merged".to_owned();
                group.left.push(Left { finding, reason });
            }
            None => groups.push(Group {
                by,
                key,
                kind: fix.applicability,
                findings: vec![finding],
                left: Vec::new(),
            }),
        }
    }
    for (key, left) in without {
        for group in groups.iter_mut().filter(|group| group.key == key) {
            group.left.push(Left { finding: left.finding, reason: left.reason.clone() });
        }
        done.left(vec![left]);
    }
    groups
}

fn key(options: &Options, run: &Run, finding: &Finding) -> (&'static str, String) {
    match options.group {
        Grouping::All => ("all", "all".to_owned()),
        Grouping::Rule => ("rule", finding.rule.to_string()),
        Grouping::Service => {
            let service: Vec<&str> = finding.rule.split('/').take(2).collect();
            ("service", service.join("/"))
        }
        Grouping::Criterion => {
            let ids = || run.assessment.rules.get(&finding.rule).into_iter().flat_map(|rule| &rule.criteria);
            let asked = |id: &&(String, String)| {
                options.selection.criterion.iter().any(|wanted| wanted.eq_ignore_ascii_case(&id.0))
            };
            // A rule that serves several goes with the first: the one that was asked for, if any was.
            let first = ids().find(asked).or_else(|| ids().next());
            ("criterion", first.map_or_else(|| "other".to_owned(), |(id, _)| id.clone()))
        }
    }
}

/// What narrows a run, in words that stay the same: its pull requests are apart from those of others.
pub(super) fn scope(options: &Options, checkout: &Checkout, base: &Base) -> String {
    let here = [std::path::PathBuf::from(".")];
    let input = &options.input;
    let paths = if input.paths.is_empty() && input.plans.is_empty() { &here[..] } else { &input.paths };
    let seen = |path: &Path| {
        let outside = || path.display().to_string();
        if checkout.is_top(path) { String::new() } else { checkout.path(path).unwrap_or_else(outside) }
    };
    let mut parts: Vec<String> = paths.iter().chain(&input.plans).map(|path| seen(path)).collect();
    parts.sort();
    let mut add = |name: &str, values: &mut dyn Iterator<Item = String>| {
        let mut values: Vec<String> = values.collect();
        values.sort();
        parts.extend(values.into_iter().map(|value| format!("--{name} {value}")));
    };
    let selection = &options.selection;
    add("rule", &mut input.only.iter().cloned());
    add("criterion", &mut selection.criterion.iter().map(|id| id.to_ascii_uppercase()));
    add("severity", &mut selection.severity.iter().cloned());
    add("path", &mut selection.path.iter().map(|path| seen(path)));
    add("fingerprint", &mut selection.fingerprint.iter().cloned());
    add("max-effect", &mut selection.max_effect.iter().cloned());
    add("environment", &mut input.environment.iter().cloned());
    let profile = match input.profile {
        Profile::Essential => Some("essential"),
        Profile::Standard => None,
        Profile::Strict => Some("strict"),
    };
    add("profile", &mut profile.into_iter().map(str::to_owned));
    add("base", &mut (!base.is_default).then(|| base.branch.clone()).into_iter());
    parts.retain(|part| !part.is_empty());
    let scope = parts.join(" ");
    // It stands in the pull request, which has no room for a list of all files.
    if scope.chars().count() <= MAX_SCOPE {
        return scope;
    }
    let begin: String = scope.chars().take(MAX_SCOPE / 2).collect();
    format!("{begin}… {}", proposal::blob_hash(scope.as_bytes()))
}
