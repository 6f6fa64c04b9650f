//! Proves fixes: applies them to a copy, judges everything again, and keeps what closes its
//! finding without opening another.
//!
//! In: the findings before, and for some of them a plan of edits. Out: for each plan its edits, or
//! the sentence that says why it is not offered. Plans are tried together and only split when the
//! whole is not proved, so good plans cost one judgement.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::findings::{Edit, Finding, Outcome};
use crate::source::{FileId, Location};
use crate::syntax::{Workspace, without_keys};

use super::apply::patched;
use super::edit::{conflicts, files};
use super::layout::{combine, substance};

/// The most times that one proof judges the whole tree.
pub const MAX_JUDGEMENTS: usize = 256;

/// What one rule says of one instance in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The rule.
    pub rule: Arc<str>,
    /// The instance's address; the root's for a rule over a whole configuration.
    pub instance: Arc<str>,
    /// The root, and the environment that it was judged for.
    pub place: (Arc<str>, Option<Arc<str>>),
    /// The header of the instance's block.
    pub block: Option<Location>,
    /// The verdict.
    pub outcome: Outcome,
}

/// A finding and the edits that should close it.
pub type Candidate = (usize, Vec<Edit>);
/// The edits that are proved, or why they are not.
pub type Proof = (usize, Result<Vec<Edit>, String>);

/// Rule, instance and place.
type Key<'j> = (&'j str, &'j str, &'j str, Option<&'j str>);

/// What proving needs to know and do.
struct Prover<'p> {
    workspace: &'p Workspace,
    before: &'p [Finding],
    /// Every verdict before.
    known: BTreeMap<Key<'p>, &'p Judged>,
    judge: &'p dyn Fn(&Workspace) -> Vec<Judged>,
    plan_again: &'p dyn Fn(&Workspace, &[Finding]) -> Vec<bool>,
    judgements: usize,
}

/// A plan, ready to be tried with others.
struct Plan {
    /// The findings that the same edits close.
    findings: Vec<usize>,
    edits: Vec<Edit>,
    substance: Vec<Edit>,
}

/// Why plans are not proved.
#[derive(Default)]
struct Refused {
    reason: String,
    /// The findings that are to blame; none where it may be any.
    findings: BTreeSet<usize>,
}

impl Refused {
    const fn all(reason: String) -> Self {
        Self { reason, findings: BTreeSet::new() }
    }

    fn add(&mut self, finding: usize, reason: impl FnOnce() -> String) {
        self.blame([finding], reason);
    }

    /// Notes who is to blame for something, if it is known. The first reason is the one that is told.
    fn blame(&mut self, findings: impl IntoIterator<Item = usize>, reason: impl FnOnce() -> String) {
        if self.reason.is_empty() {
            self.reason = reason();
        }
        self.findings.extend(findings);
    }
}

/// Proves the candidates, which name findings by their index. `verdicts` is what `judge` says of the
/// workspace as it is. `plan_again` plans the fixes of findings on a patched workspace once more and
/// tells for each whether there is something left to do. The answer is ordered by finding.
pub fn prove(
    workspace: &Workspace,
    before: &[Finding],
    verdicts: &[Judged],
    candidates: Vec<Candidate>,
    judge: &dyn Fn(&Workspace) -> Vec<Judged>,
    plan_again: &dyn Fn(&Workspace, &[Finding]) -> Vec<bool>,
) -> Vec<Proof> {
    let known = worst(verdicts);
    let mut prover = Prover { workspace, before, known, judge, plan_again, judgements: 0 };
    let mut proofs: BTreeMap<usize, Result<Vec<Edit>, String>> = BTreeMap::new();
    let mut plans: Vec<Plan> = Vec::new();
    for (finding, edits) in candidates {
        if edits.is_empty() {
            proofs.insert(finding, Err("the fix has nothing to change".to_owned()));
            continue;
        }
        let essence = substance(&workspace.sources, &edits);
        match plans.iter_mut().find(|plan| plan.substance == essence) {
            Some(plan) => plan.findings.push(finding),
            None => plans.push(Plan { findings: vec![finding], edits, substance: essence }),
        }
    }
    // Those that fit together are tried together, the others alone.
    let mut together: Vec<&Plan> = Vec::new();
    let mut alone: Vec<&Plan> = Vec::new();
    for plan in &plans {
        if together.iter().any(|other| conflicts(&other.substance, &plan.substance)) {
            alone.push(plan);
        } else {
            together.push(plan);
        }
    }
    prover.halve(&together, &mut proofs);
    for plan in alone {
        prover.halve(&[plan], &mut proofs);
    }
    proofs.into_iter().collect()
}

/// Proves candidates as one: applied together they close every finding of theirs and open none. The
/// error says why not. Arguments are those of [`prove`].
pub fn prove_together(
    workspace: &Workspace,
    before: &[Finding],
    verdicts: &[Judged],
    candidates: &[Candidate],
    judge: &dyn Fn(&Workspace) -> Vec<Judged>,
    plan_again: &dyn Fn(&Workspace, &[Finding]) -> Vec<bool>,
) -> Result<(), String> {
    let known = worst(verdicts);
    let mut prover = Prover { workspace, before, known, judge, plan_again, judgements: 0 };
    let mut plans: Vec<Plan> = Vec::new();
    for (finding, edits) in candidates {
        // One edit at a shared origin closes several findings: it is made once.
        match plans.iter_mut().find(|plan| plan.edits == *edits) {
            Some(plan) => plan.findings.push(*finding),
            None => {
                plans.push(Plan { findings: vec![*finding], edits: edits.clone(), substance: Vec::new() });
            }
        }
    }
    prover.attempt(&plans.iter().collect::<Vec<_>>()).map_err(|refused| refused.reason)
}

/// Verdicts by what they are about; of several the worst counts.
fn worst(verdicts: &[Judged]) -> BTreeMap<Key<'_>, &Judged> {
    let mut worst: BTreeMap<Key<'_>, &Judged> = BTreeMap::new();
    for judged in verdicts {
        let (root, environment) = &judged.place;
        let key: Key<'_> = (&judged.rule, &judged.instance, root, environment.as_deref());
        let kept = worst.entry(key).or_insert(judged);
        if rank(judged.outcome) > rank(kept.outcome) {
            *kept = judged;
        }
    }
    worst
}

/// How bad a verdict is: of several on one address the worst counts.
fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::NotApplicable => 0,
        Outcome::Pass => 1,
        Outcome::Undetermined => 2,
        Outcome::Fail => 3,
        Outcome::Error => 4,
    }
}

impl Prover<'_> {
    /// Tries plans as one. Where that is not proved, those to blame are tried alone and the others again; in
    /// halves where it may be any.
    fn halve(&mut self, plans: &[&Plan], proofs: &mut BTreeMap<usize, Result<Vec<Edit>, String>>) {
        if plans.is_empty() {
            return;
        }
        let verdict = if self.judgements >= MAX_JUDGEMENTS {
            Err(Refused::all(format!("not proved: the limit of {MAX_JUDGEMENTS} judgements was reached")))
        } else {
            self.attempt(plans)
        };
        match (verdict, plans) {
            (Ok(()), _) => {
                for plan in plans {
                    for finding in &plan.findings {
                        proofs.insert(*finding, Ok(plan.edits.clone()));
                    }
                }
            }
            (Err(refused), [plan]) => {
                for finding in &plan.findings {
                    proofs.insert(*finding, Err(refused.reason.clone()));
                }
            }
            (Err(refused), _) if self.judgements >= MAX_JUDGEMENTS => {
                for finding in plans.iter().flat_map(|plan| &plan.findings) {
                    proofs.insert(*finding, Err(refused.reason.clone()));
                }
            }
            (Err(refused), _) => {
                let guilty = |plan: &&Plan| plan.findings.iter().any(|it| refused.findings.contains(it));
                let (alone, others): (Vec<&Plan>, Vec<&Plan>) = plans.iter().partition(|plan| guilty(plan));
                if alone.is_empty() || others.is_empty() {
                    let (left, right) = plans.split_at(plans.len() / 2);
                    self.halve(left, proofs);
                    self.halve(right, proofs);
                } else {
                    self.halve(&others, proofs);
                    for plan in alone {
                        self.halve(&[plan], proofs);
                    }
                }
            }
        }
    }

    /// Whether the plans, applied together, are proved; if not, why.
    fn attempt(&mut self, plans: &[&Plan]) -> Result<(), Refused> {
        let sets: Vec<&[Edit]> = plans.iter().map(|plan| plan.edits.as_slice()).collect();
        let edits =
            combine(&self.workspace.sources, &sets).map_err(|error| Refused::all(error.to_string()))?;
        let next = patched(self.workspace, &edits).map_err(|error| Refused::all(error.to_string()))?;
        for file in files(&edits) {
            self.parses(&next, file).map_err(|reason| {
                let there = plans.iter().filter(|plan| plan.edits.iter().any(|edit| edit.file == file));
                Refused { reason, findings: there.flat_map(|plan| plan.findings.iter().copied()).collect() }
            })?;
        }
        if let Some(error) = next.errors.get(self.workspace.errors.len()..).and_then(<[_]>::first) {
            let reason = format!("after the fix the module does not load: {}", error.message);
            return Err(Refused::all(reason));
        }
        self.judgements += 1;
        let after = (self.judge)(&next);
        let after = worst(&after);
        let targets: BTreeSet<usize> = plans.iter().flat_map(|plan| plan.findings.iter().copied()).collect();
        let mut refused = Refused::default();
        for (index, target) in targets.iter().filter_map(|index| Some((*index, self.before.get(*index)?))) {
            for key in self.places(target) {
                let what = match after.get(&key).map_or(Outcome::NotApplicable, |judged| judged.outcome) {
                    Outcome::Pass | Outcome::NotApplicable => continue,
                    Outcome::Undetermined => "can not be determined",
                    Outcome::Fail | Outcome::Error => "still fails",
                };
                refused.add(index, || format!("after the fix {} {what} for {}", key.0, key.1));
            }
        }
        // All that got worse is looked at at once: each look costs a judgement.
        let worse = after.iter().filter(|(key, judged)| {
            let was = self.known.get(*key).map_or(0, |judged| rank(judged.outcome));
            rank(judged.outcome) >= 2 && rank(judged.outcome) > was
        });
        for (key, judged) in worse {
            let becomes = if judged.outcome == Outcome::Undetermined { "undetermined" } else { "fail" };
            let blamed = plans.iter().filter(|plan| self.concerns(plan, key.1));
            refused.blame(blamed.flat_map(|plan| plan.findings.iter().copied()), || {
                format!("the fix makes {} {becomes} for {}", key.0, key.1)
            });
        }
        if !refused.reason.is_empty() {
            return Err(refused);
        }
        let (at, targets): (Vec<usize>, Vec<Finding>) =
            targets.iter().filter_map(|index| Some((*index, self.before.get(*index)?.clone()))).unzip();
        let changes = (self.plan_again)(&next, &targets);
        for ((index, target), _) in at.iter().zip(&targets).zip(changes).filter(|(_, changes)| *changes) {
            refused.add(*index, || format!("a second run would change {} again", target.address));
        }
        if refused.findings.is_empty() { Ok(()) } else { Err(refused) }
    }

    /// Whether a plan changes an instance, or brings it.
    fn concerns(&self, plan: &Plan, instance: &str) -> bool {
        let address = without_keys(instance);
        let label = format!("\"{}\"", address.rsplit('.').next().unwrap_or(&address));
        let mut findings = plan.findings.iter().filter_map(|index| self.before.get(*index));
        findings.any(|finding| finding.instances().iter().any(|one| one == instance))
            || plan.edits.iter().any(|edit| edit.text.contains(&label))
    }

    /// The verdicts that a finding sums up.
    fn places<'a>(&'a self, target: &'a Finding) -> Vec<Key<'a>> {
        let instances = target.instances();
        let holds = |environment: Option<&str>| {
            environment.is_none_or(|name| target.environments.iter().any(|one| one == name))
        };
        let mut places = Vec::new();
        for instance in instances {
            let rule = &*target.rule;
            let from: Key<'_> = (rule, instance, "", None);
            let found = self.known.range(from..).take_while(|(key, _)| key.0 == rule && key.1 == instance);
            let bad = found.filter(|(key, judged)| {
                judged.outcome == target.outcome && judged.block == target.block && holds(key.3)
            });
            places.extend(bad.map(|(key, _)| *key));
        }
        places
    }

    /// A patched file must parse as well as before, in trueup's parser and in hcl-edit.
    fn parses(&self, next: &Workspace, file: FileId) -> Result<(), String> {
        let (Some(old), Some(new)) = (self.workspace.sources.get(file), next.sources.get(file)) else {
            return Err("an edit names a file that was not read".to_owned());
        };
        let path = new.path().display();
        let document = |workspace: &Workspace| workspace.documents.get(file.0 as usize).cloned().flatten();
        let errors = |workspace: &Workspace| document(workspace).map_or(0, |document| document.errors.len());
        if errors(next) > errors(self.workspace)
            || (document(self.workspace).is_some() && document(next).is_none())
        {
            return Err(format!("{path} would not parse after the fix"));
        }
        let json = document(next).is_some_and(|document| document.json);
        let sound = |text: &str| {
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            if json {
                serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
            } else {
                hcl_edit::parser::parse_body(text).is_ok()
            }
        };
        if sound(old.text()) && !sound(new.text()) {
            return Err(format!("{path} would not parse after the fix"));
        }
        Ok(())
    }
}
