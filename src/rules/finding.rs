//! Verdicts to findings: one for each rule and source block, over all its instances.

use std::sync::Arc;

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
pub(super) type Group = (Option<Location>, String);

pub(super) fn group(verdict: &Verdict, configuration: &Configuration) -> Group {
    match verdict.resource.and_then(|id| configuration.get(id)) {
        Some(resource) if resource.block.is_some() => (Some(resource.header), String::new()),
        Some(resource) => (None, without_keys(&resource.address)),
        None => (None, String::new()),
    }
}

/// The verdict that a finding tells of: the first of the worst.
pub(super) fn deciding<'v>(group: impl Iterator<Item = &'v Verdict>) -> Option<&'v Verdict> {
    group
        .reduce(|deciding, verdict| if worse(verdict.outcome, deciding.outcome) { verdict } else { deciding })
}

/// One finding for each rule and source block, ordered by severity, file, place, rule.
pub fn findings(verdicts: &[Verdict], configuration: &Configuration, workspace: &Workspace) -> Vec<Finding> {
    let keyed = verdicts.par_iter().map(|it| ((&*it.rule.info.id, group(it, configuration)), it));
    let mut keyed: Vec<((&str, Group), &Verdict)> = keyed.collect();
    keyed.par_sort_by(|a, b| a.0.cmp(&b.0));
    let groups: Vec<Vec<&Verdict>> = keyed
        .chunk_by(|a, b| a.0 == b.0)
        .map(|group| group.iter().map(|(_, verdict)| *verdict).collect())
        .collect();
    let mut findings: Vec<Finding> =
        groups.par_iter().filter_map(|group| merge(group, configuration)).collect();
    let path = |finding: &Finding| {
        let location = finding.location?;
        let file = workspace.sources.get(location.file)?;
        Some((file.path().to_path_buf(), location.span.start))
    };
    findings.sort_by_cached_key(|it| {
        (std::cmp::Reverse(it.severity), path(it), Arc::clone(&it.rule), it.address.clone())
    });
    findings
}

fn merge(group: &[&Verdict], configuration: &Configuration) -> Option<Finding> {
    let deciding = deciding(group.iter().copied())?;
    let resource = deciding.resource.and_then(|id| configuration.get(id));
    let address = resource.map_or_else(|| configuration.root.clone(), |it| it.address.to_string());
    let rule = &deciding.rule.info;
    let (instances, identities): (Vec<String>, Vec<String>) = if group.len() > 1 {
        group
            .iter()
            .filter(|each| each.outcome == deciding.outcome)
            .filter_map(|each| Some((each, configuration.get(each.resource?)?)))
            .map(|(each, it)| {
                let identity = fingerprint(&rule.id, &configuration.first_address(&it.address), &each.clause);
                (it.address.to_string(), identity)
            })
            .unzip()
    } else {
        (Vec::new(), Vec::new())
    };
    Some(Finding {
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
        message: deciding.message.clone(),
        why: deciding.evidence.clone(),
        fix: None,
        suppressed: None,
        change: None,
        drift: false,
        action: None,
    })
}
