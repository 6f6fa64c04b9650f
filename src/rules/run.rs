//! Judges every resource by every rule of its type.
//!
//! In: rules and one configuration. Out: verdicts, in order of resource and rule, the same however
//! many threads ran. A rule that errs is an error, never a pass; one that could not be loaded has no
//! verdicts and is reported by the set itself ([`RuleSet::broken`]).

use std::collections::BTreeMap;
use std::sync::Arc;

use foldhash::HashMap;
use rayon::prelude::*;

use crate::eval::{Data, EvalError, Partial, Value, Why};
use crate::findings::{Evidence, Outcome};
use crate::graph::{Configuration, Key, ResourceId};
use crate::source::Location;
use crate::syntax::Workspace;
use crate::syntax::ast::NodeId;

use super::explain::explain;
use super::finding::{deciding, grouped};
use super::known::Known;
use super::model::Rule;
use super::scope::{Judging, Objects};
use super::set::RuleSet;
use super::unchanged::{Earlier, Unchanged};

/// What one rule says of one resource, or of the whole configuration.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The rule.
    pub rule: Arc<Rule>,
    /// The resource; none for a rule over the estate.
    pub resource: Option<ResourceId>,
    /// What it concluded.
    pub outcome: Outcome,
    /// The deciding clause; empty for a pass.
    pub clause: String,
    /// What to say.
    pub message: String,
    /// What the verdict rests on.
    pub evidence: Vec<Evidence>,
    /// Where to look.
    pub location: Option<Location>,
    /// What would decide it, if it is undetermined.
    pub why: Option<Why>,
}

/// A subject, and a rule for it.
type Work = (Option<ResourceId>, Arc<Rule>);

/// How much work a thread takes at once: some rules go through all resources, others look at one attribute.
const MAX_AT_ONCE: usize = 256;

/// What there is to judge, in order of resource and rule.
fn work(rules: &RuleSet, configuration: &Configuration) -> Vec<Work> {
    let kinds = configuration.by_kind.iter();
    let kinds: Vec<(&[ResourceId], Vec<Arc<Rule>>)> =
        kinds.map(|(kind, ids)| (ids.as_slice(), rules.rules_for(kind))).collect();
    let of_kinds = kinds.iter().flat_map(|(ids, rules)| ids.iter().map(|id| (*id, rules.as_slice())));
    let mut judged: Vec<(ResourceId, &[Arc<Rule>])> = of_kinds.collect();
    judged.sort_unstable_by_key(|(id, _)| *id);
    let of_resources =
        judged.iter().flat_map(|(id, rules)| rules.iter().map(|rule| (Some(*id), Arc::clone(rule))));
    rules.estate_rules().into_iter().map(|rule| (None, rule)).chain(of_resources).collect()
}

/// The same verdicts as those of [`run`] without passes, and with their outcomes alone: a proof asks for no more.
/// What was said `earlier` is taken over where it can't have changed.
pub fn outcomes(
    rules: &RuleSet,
    configuration: &Configuration,
    workspace: &Workspace,
    earlier: Option<&Earlier<'_>>,
) -> Vec<Verdict> {
    let objects = Objects::new(configuration, rules);
    let before = earlier.map(|earlier| (earlier, Objects::new(earlier.configuration(), rules)));
    let unchanged = before.as_ref().map(|(earlier, before)| Unchanged::new(rules, earlier, before, &objects));
    let outcome = |(subject, rule): &Work| {
        let known = unchanged.as_ref().and_then(|it| it.outcome(rule, *subject));
        let verdict = match known {
            Some(outcome) => Verdict::untold(rule, *subject, outcome),
            None => judge(rule, *subject, &objects, workspace, false),
        };
        (!matches!(verdict.outcome, Outcome::Pass | Outcome::NotApplicable)).then_some(verdict)
    };
    work(rules, configuration).par_iter().filter_map(outcome).collect()
}

impl Verdict {
    /// An outcome of which nothing is said.
    pub(super) fn untold(rule: &Arc<Rule>, resource: Option<ResourceId>, outcome: Outcome) -> Self {
        Self {
            rule: Arc::clone(rule),
            resource,
            outcome,
            clause: String::new(),
            message: String::new(),
            evidence: Vec::new(),
            location: None,
            why: None,
        }
    }
}

/// Runs every rule that has something to judge.
pub fn run(rules: &RuleSet, configuration: &Configuration, workspace: &Workspace) -> Vec<Verdict> {
    run_beside(rules, configuration, workspace, None)
}

/// The same, where much may be known. What is taken over from there is not told of, but for the clause.
pub fn run_beside(
    rules: &RuleSet,
    configuration: &Configuration,
    workspace: &Workspace,
    known: Option<&Known<'_>>,
) -> Vec<Verdict> {
    let objects = Objects::new(configuration, rules);
    let work = work(rules, configuration);
    let mut instances: HashMap<Location, usize> = HashMap::default();
    for resource in &configuration.resources {
        *instances.entry(resource.header).or_default() += 1;
    }
    let one_of_many = |subject: &Option<ResourceId>| {
        let resource = subject.and_then(|id| configuration.get(id));
        resource.is_some_and(|it| {
            it.block.is_none() && it.key != Key::None || instances.get(&it.header) != Some(&1)
        })
    };
    let judge = |subject, rule: &Arc<Rule>, told| judge(rule, subject, &objects, workspace, told);
    let first = |(subject, rule): &Work| {
        let told = !one_of_many(subject);
        let taken = known.and_then(|known| {
            let subject = (*subject)?;
            known.verdict(rule, (subject, configuration.get(subject)?), told)
        });
        taken.unwrap_or_else(|| judge(*subject, rule, told))
    };
    let mut verdicts: Vec<Verdict> = work.par_iter().with_max_len(MAX_AT_ONCE).map(first).collect();
    // Of the many instances of one block, only one is told of: the others need no explanation.
    let many = verdicts.iter().enumerate().filter(|(_, verdict)| one_of_many(&verdict.resource));
    let groups = grouped(many, configuration);
    let told = |group: &Vec<usize>| {
        let at = deciding(group.iter().filter_map(|at| Some((*at, verdicts.get(*at)?))))?;
        let deciding = verdicts.get(at)?;
        Some((at, judge(deciding.resource, &deciding.rule, true)))
    };
    let told: Vec<(usize, Verdict)> = groups.par_iter().filter_map(told).collect();
    for (at, verdict) in told {
        if let Some(slot) = verdicts.get_mut(at) {
            *slot = verdict;
        }
    }
    verdicts
}

/// Judges one resource. With `told`, the verdict has what a report says of it.
pub(super) fn judge(
    rule: &Arc<Rule>,
    subject: Option<ResourceId>,
    objects: &Objects<'_>,
    workspace: &Workspace,
    told: bool,
) -> Verdict {
    let mut judging = Judging::new(rule, objects, subject);
    let read = subject.and_then(|id| objects.alike.read(rule, objects.configuration, id));
    let known = read.as_ref().and_then(|read| objects.alike.known(read));
    let concluded = match &known {
        Some((outcome, _)) => Ok((*outcome, (*outcome == Outcome::Fail).then_some(rule.require))),
        None => conclude(&judging),
    };
    let (mut outcome, mut decided) = match concluded {
        Ok(concluded) => concluded,
        Err(error) => return failed(rule, subject, objects, &error),
    };
    if outcome == Outcome::Undetermined
        && let Some((either, by, supposing)) = whichever(&judging)
    {
        (outcome, decided, judging) = (either, by, supposing);
    }
    let why = (outcome == Outcome::Undetermined).then(|| undecided(&judging)).flatten();
    let retold = known.as_ref().is_some_and(|(_, explanation)| explanation.is_some());
    let explanation = match known {
        Some((_, Some(explanation))) if told => Some(explanation),
        _ => decided.filter(|_| told).map(|id| explain(&judging, id, workspace)),
    };
    if let Some(read) = read.filter(|_| !retold) {
        objects.alike.keep(&read, outcome, explanation.as_ref());
    }
    if !told {
        return Verdict { why, ..Verdict::untold(rule, subject, outcome) };
    }
    let explanation = explanation.unwrap_or_default();
    let resource = subject.and_then(|id| objects.configuration.get(id));
    let titled = || match resource {
        Some(resource) => format!("{}: {}", resource.address, rule.info.title),
        None => rule.info.title.clone(),
    };
    // The rule's message is about a failure: a pass says what holds.
    let message = match (outcome != Outcome::Pass).then(|| judging.eval(rule.message)) {
        Some(Ok(Value { data: Data::String(text), mark })) if !mark.sensitive => text.to_string(),
        _ => titled(),
    };
    let location = explanation.location.or_else(|| whereabouts(rule, subject, objects));
    Verdict {
        why,
        rule: Arc::clone(rule),
        resource: subject,
        outcome,
        clause: explanation.clause,
        message,
        evidence: explanation.evidence,
        location,
    }
}

/// How many attributes that are one of two values are tried.
const MAX_TRIED: usize = 6;

/// The outcome where an attribute of the resource is one of two values and both lead to the same, with
/// the case that explains it. Parts of a condition may depend on each other: a version that is absent,
/// or new enough, is right either way, though neither part of `version == null || version >= 3` is known.
fn whichever<'a>(judging: &Judging<'a>) -> Option<(Outcome, Option<NodeId>, Judging<'a>)> {
    let own = judging.objects.get(judging.subject?);
    let entries = own.as_entries()?;
    let either = entries.iter().filter_map(|(name, value)| match &value.as_unknown()?.partial {
        Some(Partial::Either(then, otherwise, _)) => Some((name, then, otherwise)),
        _ => None,
    });
    either.take(MAX_TRIED).find_map(|(name, then, otherwise)| {
        let with = |value: &Value| {
            let pairs = entries.iter().map(|(key, value)| (Arc::clone(key), value.clone()));
            let mut supposed = Value::object(pairs.chain([(Arc::clone(name), value.clone())]));
            supposed.mark = own.mark.clone();
            let supposing = judging.supposing(supposed);
            conclude(&supposing).ok().map(|(outcome, decided)| (outcome, decided, supposing))
        };
        let (first, decided, supposing) = with(then)?;
        let second = with(otherwise)?.0;
        match (first, second) {
            (Outcome::Undetermined, _) => None,
            (first, second) if first == second => Some((first, decided, supposing)),
            (Outcome::Pass, Outcome::NotApplicable) | (Outcome::NotApplicable, Outcome::Pass) => {
                Some((Outcome::Pass, None, supposing))
            }
            _ => None,
        }
    })
}

/// The input that would decide: why `applies`, else the condition, is unknown.
fn undecided(judging: &Judging<'_>) -> Option<Why> {
    let expressions = judging.rule.applies.into_iter().chain([judging.rule.require]);
    expressions
        .filter_map(|id| judging.eval(id).ok())
        .find_map(|value| value.as_unknown().map(|unknown| unknown.why.clone()))
}

/// The providers whose resources the rules of a folder are about.
fn providers(rule: &str) -> &'static [&'static str] {
    match rule.split('/').next() {
        Some("aws") => &["aws"],
        Some("azure") => &["azurerm", "azuread", "azapi"],
        Some("gcp") => &["google", "google-beta"],
        _ => &[],
    }
}

fn whereabouts(rule: &Rule, subject: Option<ResourceId>, objects: &Objects<'_>) -> Option<Location> {
    match subject {
        Some(id) => objects.configuration.get(id).map(|it| it.header),
        None => objects.configuration.anchor_of(providers(&rule.info.id)),
    }
}

fn failed(
    rule: &Arc<Rule>,
    subject: Option<ResourceId>,
    objects: &Objects<'_>,
    error: &EvalError,
) -> Verdict {
    Verdict {
        message: format!("the rule {} could not be evaluated: {}", rule.info.id, error.message),
        location: whereabouts(rule, subject, objects),
        ..Verdict::untold(rule, subject, Outcome::Error)
    }
}

/// The outcome, and for one that is no pass the condition that decided it.
pub(super) fn conclude(judging: &Judging<'_>) -> Result<(Outcome, Option<NodeId>), EvalError> {
    let rule = judging.rule;
    // An undecided `applies` is no verdict yet, but a condition that holds whatever is unknown passes.
    let mut doubt = None;
    if let Some(id) = rule.applies {
        match judging.eval(id)?.data {
            Data::Bool(true) => {}
            Data::Bool(false) => return Ok((Outcome::NotApplicable, None)),
            Data::Unknown(_) => doubt = Some(id),
            _ => return Err(EvalError::new("applies is not a boolean")),
        }
    }
    match judging.eval(rule.require)?.data {
        Data::Bool(true) => Ok((Outcome::Pass, None)),
        Data::Bool(false) if doubt.is_none() => Ok((Outcome::Fail, Some(rule.require))),
        Data::Bool(_) | Data::Unknown(_) => Ok((Outcome::Undetermined, doubt.or(Some(rule.require)))),
        _ => Err(EvalError::new("require is not a boolean")),
    }
}

/// The values of a rule's locals for one resource, as its template sees them. A local that errs is left out.
pub fn locals(rule: &Rule, objects: &Objects<'_>, subject: Option<ResourceId>) -> BTreeMap<String, Value> {
    let judging = Judging::new(rule, objects, subject);
    rule.locals.iter().filter_map(|(name, id)| Some((name.to_string(), judging.eval(*id).ok()?))).collect()
}

/// The resource that the fix of a rule over the estate changes; `None` where there is none.
pub fn to_change(rule: &Rule, objects: &Objects<'_>) -> Option<ResourceId> {
    let on = rule.fix.as_ref()?.on?;
    objects.resource_of(&Judging::new(rule, objects, None).eval(on).ok()?)
}

/// Whether the fix of a rule over the estate may create what is not there.
pub fn may_create(rule: &Rule, objects: &Objects<'_>) -> bool {
    let creates = rule.fix.as_ref().and_then(|fix| fix.creates);
    let value = creates.and_then(|id| Judging::new(rule, objects, None).eval(id).ok());
    value.is_some_and(|value| matches!(value.data, Data::Bool(true)))
}

/// The text of an expression of a rule, such as its fix's title.
pub fn text(
    rule: &Rule,
    id: NodeId,
    objects: &Objects<'_>,
    subject: Option<ResourceId>,
) -> Result<String, EvalError> {
    let value = Judging::new(rule, objects, subject).eval(id)?;
    match value.as_str() {
        Some(text) if !value.mark.sensitive => Ok(text.to_owned()),
        _ => Err(EvalError::new("the text can't be known, or must not be shown")),
    }
}
