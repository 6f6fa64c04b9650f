//! Proves fixes on the roots that they change, and on no others.
//!
//! In: findings with the edits that should close them, and what was said of each configuration before. Out:
//! proofs. A configuration is judged again only where a file that it was evaluated from has changed.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::findings::{Edit, Finding, Outcome};
use crate::fixes::{self, Candidate, Judged};
use crate::graph::Configuration;
use crate::rules::{self, Earlier, Objects, RuleSet, Verdict};
use crate::source::FileId;
use crate::syntax::Workspace;

use super::assess::Run;
use super::conclude::evaluate;
use super::offer::Planner;
use super::plans::MadeFrom;

/// What there was before any edit.
#[derive(Clone, Copy)]
pub(super) struct Before<'a> {
    pub(super) configurations: &'a [Configuration],
    pub(super) made_from: &'a [Option<MadeFrom>],
    /// What was said of each configuration.
    pub(super) verdicts: &'a [Vec<Judged>],
}

impl<'a> Before<'a> {
    /// What was said of a tree. A plan is made anew as a whole.
    fn earlier(&self, at: usize) -> Option<Earlier<'a>> {
        self.made_from.get(at).filter(|planned| planned.is_none())?;
        let told = self.verdicts.get(at)?.iter();
        let told = told.map(|it| (it.block.map(|_| &*it.instance), &*it.rule, it.outcome));
        Some(Earlier::new(self.configurations.get(at)?, told))
    }
}

/// Proves candidates, which name findings by their index, as far as they can be proved.
pub(super) fn prove(
    planner: &Planner<'_>,
    before: Before<'_>,
    findings: &[Finding],
    candidates: Vec<Candidate>,
) -> BTreeMap<usize, Result<Vec<Edit>, String>> {
    let proved =
        independent(before.configurations, findings, candidates).into_par_iter().flat_map_iter(|part| {
            let again = Again::new(planner, before, &part.roots);
            let (judge, plan) = (|it: &_| again.judge(it), |it: &_, wanted: &_| again.plan(it, wanted));
            let proofs =
                fixes::prove(planner.workspace, findings, &again.known(), part.candidates, &judge, &plan);
            // A large tree takes a while to be given back: that need not be waited for.
            let latest = again.latest.take();
            rayon::spawn(move || drop(latest));
            proofs
        });
    proved.collect()
}

/// Judges and plans on patched trees. The prover judges one first, then plans on that same one.
struct Again<'a> {
    planner: &'a Planner<'a>,
    before: Before<'a>,
    roots: &'a [usize],
    /// Those that the latest patch changes; none where one can't be evaluated again.
    latest: RefCell<BTreeMap<usize, Option<Configuration>>>,
}

impl<'a> Again<'a> {
    fn new(planner: &'a Planner<'a>, before: Before<'a>, roots: &'a [usize]) -> Self {
        Self { planner, before, roots, latest: RefCell::default() }
    }

    /// What was said before.
    fn known(&self) -> Vec<Judged> {
        self.roots.iter().filter_map(|at| self.before.verdicts.get(*at)).flatten().cloned().collect()
    }

    /// Whether a configuration may be another one now: a file that it was evaluated from has changed.
    fn is_changed(&self, workspace: &Workspace, at: usize) -> bool {
        let planned = self.before.made_from.get(at).is_none_or(Option::is_some);
        let same =
            |file: &FileId| match (self.planner.workspace.sources.get(*file), workspace.sources.get(*file)) {
                (Some(before), Some(after)) => Arc::ptr_eq(before, after),
                (before, after) => before.is_none() && after.is_none(),
            };
        planned || self.before.configurations.get(at).is_none_or(|tree| !tree.files.iter().all(same))
    }

    fn judge(&self, workspace: &Workspace) -> Vec<Judged> {
        let before = self.before;
        let Before { configurations, made_from, .. } = before;
        let again = |at: usize| match (made_from.get(at), configurations.get(at)) {
            (Some(Some(plan)), _) => plan.again(workspace),
            (_, Some(tree)) => evaluate(workspace, &[tree.context()]).pop(),
            (_, None) => None,
        };
        let (changed, same): (Vec<usize>, Vec<usize>) =
            self.roots.iter().partition(|at| self.is_changed(workspace, **at));
        let rules = self.planner.rules;
        let anew = |at: usize| {
            let configuration = again(at);
            let earlier = before.earlier(at);
            let outcomes = |it: &_| judged(&rules::outcomes(rules, it, workspace, earlier.as_ref()), it);
            let verdicts = configuration.as_ref().map(outcomes);
            ((at, configuration), verdicts.unwrap_or_default())
        };
        let anew: Vec<_> = changed.into_par_iter().map(anew).collect();
        let (latest, verdicts): (BTreeMap<_, _>, Vec<Vec<Judged>>) = anew.into_iter().unzip();
        self.latest.replace(latest);
        // What rests on nothing that changed is judged as it was.
        let kept = same.iter().filter_map(|at| self.before.verdicts.get(*at)).flatten().cloned();
        verdicts.into_iter().flatten().chain(kept).collect()
    }

    fn plan(&self, workspace: &Workspace, wanted: &[Finding]) -> Vec<bool> {
        let Planner { rules, settings, .. } = *self.planner;
        let latest = self.latest.borrow();
        let all = self.roots.iter().filter_map(|at| match latest.get(at) {
            Some(changed) => changed.as_ref(),
            None => self.before.configurations.get(*at),
        });
        let objects: Vec<Objects<'_>> = all.map(|it| Objects::new(it, rules)).collect();
        let planner = Planner { workspace, rules, settings };
        let again =
            |finding: &Finding| planner.plan(&objects, finding).is_some_and(|planned| planned.edits.is_ok());
        wanted.iter().map(again).collect()
    }
}

/// What a proof needs of a run's verdicts, for each configuration.
pub(super) fn verdicts(run: &Run, rules: &RuleSet) -> Vec<Vec<Judged>> {
    let one = |it: &Configuration| judged(&rules::outcomes(rules, it, &run.workspace, None), it);
    run.configurations.par_iter().map(one).collect()
}

/// Proves some of a run's fixes once more, as one: what goes out together must hold together. Names
/// findings by their index. `verdicts` are those on each configuration.
pub(super) fn prove_together(
    run: &Run,
    verdicts: &[Vec<Judged>],
    rules: &RuleSet,
    settings: &serde_json::Value,
    candidates: Vec<Candidate>,
) -> Result<(), String> {
    let Run { workspace, configurations, made_from, assessment, .. } = run;
    let planner = Planner { workspace, rules, settings };
    let before = Before { configurations, made_from, verdicts };
    for part in independent(configurations, &assessment.findings, candidates) {
        let again = Again::new(&planner, before, &part.roots);
        let known = again.known();
        let (judge, plan) = (|it: &_| again.judge(it), |it: &_, wanted: &_| again.plan(it, wanted));
        fixes::prove_together(workspace, &assessment.findings, &known, &part.candidates, &judge, &plan)?;
    }
    Ok(())
}

/// What a proof needs of verdicts: those that are no pass.
pub(super) fn judged(verdicts: &[Verdict], configuration: &Configuration) -> Vec<Judged> {
    let root: Arc<str> = configuration.root.as_str().into();
    let place = (root, configuration.inputs.environment.clone());
    let one = |verdict: &Verdict| {
        let resource = verdict.resource.and_then(|id| configuration.get(id));
        Judged {
            rule: Arc::clone(&verdict.rule.info.id),
            instance: resource.map_or_else(|| Arc::clone(&place.0), |it| Arc::clone(&it.address)),
            place: place.clone(),
            block: resource.map(|it| it.header),
            outcome: verdict.outcome,
        }
    };
    let told = |verdict: &&Verdict| !matches!(verdict.outcome, Outcome::Pass | Outcome::NotApplicable);
    verdicts.iter().filter(told).map(one).collect()
}

/// Candidates that no candidate of another part changes a root of.
#[derive(Default)]
struct Part {
    roots: Vec<usize>,
    candidates: Vec<Candidate>,
}

/// Splits candidates into parts that can be proved apart. To each belong the roots that it changes, and
/// those that the finding may be of.
fn independent(
    configurations: &[Configuration],
    findings: &[Finding],
    candidates: Vec<Candidate>,
) -> Vec<Part> {
    let mut holders: BTreeMap<FileId, Vec<usize>> = BTreeMap::new();
    for (at, configuration) in configurations.iter().enumerate() {
        for file in &configuration.files {
            holders.entry(*file).or_default().push(at);
        }
    }
    let concerned = |(finding, edits): &Candidate| {
        let finding = findings.get(*finding);
        let block = finding.and_then(|finding| finding.block).map(|block| block.file);
        let files = edits.iter().map(|edit| edit.file).chain(block);
        let mut roots: BTreeSet<usize> =
            files.filter_map(|file| holders.get(&file)).flatten().copied().collect();
        let named = configurations.iter().enumerate();
        roots.extend(
            named.filter(|(_, it)| finding.is_some_and(|one| one.address == it.root)).map(|(at, _)| at),
        );
        roots
    };
    let touched: Vec<BTreeSet<usize>> = candidates.iter().map(concerned).collect();
    let mut group: Vec<usize> = (0..configurations.len()).collect();
    for roots in &touched {
        let Some(first) = roots.first() else { continue };
        for at in roots {
            let (a, b) = (find(&group, *first), find(&group, *at));
            if let Some(slot) = group.get_mut(a.max(b)) {
                *slot = a.min(b);
            }
        }
    }
    let mut parts: BTreeMap<usize, Part> = BTreeMap::new();
    for (candidate, roots) in candidates.into_iter().zip(&touched) {
        let Some(root) = roots.first() else { continue };
        parts.entry(find(&group, *root)).or_default().candidates.push(candidate);
    }
    for at in touched.into_iter().flatten().collect::<BTreeSet<usize>>() {
        if let Some(part) = parts.get_mut(&find(&group, at)) {
            part.roots.push(at);
        }
    }
    parts.into_values().collect()
}

fn find(group: &[usize], mut at: usize) -> usize {
    while let Some(up) = group.get(at).filter(|up| **up != at) {
        at = *up;
    }
    at
}
