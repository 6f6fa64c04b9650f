//! Verdicts to findings: one for each rule and source block, over all its instances.

use std::borrow::Cow;
use std::sync::Arc;

use foldhash::HashMap;
use rayon::prelude::*;

use crate::findings::{Finding, Outcome, fingerprint};
use crate::graph::Configuration;
use crate::source::Location;
use crate::syntax::{Workspace, without_keys};

use super::run::Verdict;

/// Worst first: an error, then as outcomes are ordered.
fn worse(a: Outcome, b: Outcome) -> bool {
    a < b
}

/// What is one finding of a rule: a block, or where no source is at hand an address without keys.
type Group<'c> = (Option<Location>, Cow<'c, str>);

fn group<'c>(verdict: &Verdict, configuration: &'c Configuration) -> Group<'c> {
    match verdict.resource.and_then(|id| configuration.get(id)) {
        Some(resource) if resource.block.is_some() => (Some(resource.header), Cow::Borrowed("")),
        Some(resource) => (None, without_keys(&resource.address)),
        None => (None, Cow::Borrowed("")),
    }
}

/// The verdicts that are one finding each, by their numbers: ordered by rule and group.
pub(super) fn grouped<'v>(
    verdicts: impl Iterator<Item = (usize, &'v Verdict)>,
    configuration: &'v Configuration,
) -> Vec<Vec<usize>> {
    let mut groups: HashMap<(&str, Group<'v>), Vec<usize>> = HashMap::default();
    for (at, verdict) in verdicts {
        groups.entry((&*verdict.rule.info.id, group(verdict, configuration))).or_default().push(at);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    groups.into_iter().map(|(_, group)| group).collect()
}

/// The verdict that a finding tells of, by its number: the first of the worst.
pub(super) fn deciding<'v>(group: impl Iterator<Item = (usize, &'v Verdict)>) -> Option<usize> {
    let worst =
        group.reduce(|deciding, it| if worse(it.1.outcome, deciding.1.outcome) { it } else { deciding });
    worst.map(|(at, _)| at)
}

/// One finding for each rule and source block, ordered by severity, file, place, rule.
pub fn findings(
    verdicts: Vec<Verdict>,
    configuration: &Configuration,
    workspace: &Workspace,
) -> Vec<Finding> {
    those(|_| true, verdicts, configuration, workspace)
}

/// Those that fail.
pub fn failures(
    verdicts: Vec<Verdict>,
    configuration: &Configuration,
    workspace: &Workspace,
) -> Vec<Finding> {
    those(|outcome| outcome == Outcome::Fail, verdicts, configuration, workspace)
}

fn those(
    wanted: fn(Outcome) -> bool,
    mut verdicts: Vec<Verdict>,
    configuration: &Configuration,
    workspace: &Workspace,
) -> Vec<Finding> {
    let groups = grouped(verdicts.iter().enumerate(), configuration);
    let merged = groups.par_iter().filter_map(|group| {
        let group: Vec<(usize, &Verdict)> =
            group.iter().filter_map(|at| Some((*at, verdicts.get(*at)?))).collect();
        let at = deciding(group.iter().copied())?;
        let deciding = verdicts.get(at).filter(|deciding| wanted(deciding.outcome))?;
        Some((at, merge(&group, deciding, configuration)))
    });
    let merged: Vec<(usize, Finding)> = merged.collect();
    let told = merged.into_iter().map(|(at, finding)| match verdicts.get_mut(at) {
        Some(deciding) => Finding {
            message: std::mem::take(&mut deciding.message),
            why: std::mem::take(&mut deciding.evidence),
            ..finding
        },
        None => finding,
    });
    let mut findings: Vec<Finding> = told.collect();
    findings.par_sort_by(|a, b| {
        let place = || workspace.sources.order(a.location, b.location);
        let identity = || (&a.rule, &a.address).cmp(&(&b.rule, &b.address));
        b.severity.cmp(&a.severity).then_with(place).then_with(identity)
    });
    findings
}

/// The finding of a group, but for the texts of the verdict that decides.
fn merge(group: &[(usize, &Verdict)], deciding: &Verdict, configuration: &Configuration) -> Finding {
    let resource = deciding.resource.and_then(|id| configuration.get(id));
    let address = resource.map_or_else(|| configuration.root.clone(), |it| it.address.to_string());
    let rule = &deciding.rule.info;
    let (instances, identities): (Vec<String>, Vec<String>) = if group.len() > 1 {
        group
            .iter()
            .filter(|(_, each)| each.outcome == deciding.outcome)
            .filter_map(|(_, each)| Some((each, configuration.get(each.resource?)?)))
            .map(|(each, it)| {
                let identity = fingerprint(&rule.id, &configuration.first_address(&it.address), &each.clause);
                (it.address.to_string(), identity)
            })
            .unzip()
    } else {
        (Vec::new(), Vec::new())
    };
    Finding {
        fingerprint: fingerprint(&rule.id, &configuration.first_address(&address), &deciding.clause),
        rule: Arc::clone(&rule.id),
        outcome: deciding.outcome,
        severity: rule.severity,
        module: resource.map_or_else(String::new, |it| it.module.to_string()),
        address,
        instances,
        identities,
        block: resource.map(|it| it.header),
        environments: configuration.inputs.environment.iter().map(ToString::to_string).collect(),
        location: deciding.location,
        message: String::new(),
        why: Vec::new(),
        fix: None,
        suppressed: None,
        change: None,
        drift: false,
        action: None,
    }
}
