//! Outcomes that a change of the source can't have touched.
//!
//! In: a configuration as it was, with what was said of it, and as it is. Out: the outcome of a rule where it reads
//! the same of its subject in both, and all that it asks is answered the same: nothing else decides. What can't be
//! compared is judged anew.

use std::collections::BTreeMap;
use std::sync::Arc;

use foldhash::{HashMap, HashSet};
use rayon::prelude::*;

use crate::eval::{OpenList, Partial, TemplatePart, Unknown, Value};
use crate::findings::Outcome;
use crate::graph::{Configuration, Referrers, Resource, ResourceId};

use super::alike;
use super::model::Rule;
use super::referred::referred;
use super::scope::{Objects, referrers};
use super::set::RuleSet;
use super::tree::{account_baseline, only_bounds};

/// Values that weigh more are not compared: those that are not known share their parts, and comparing follows each.
const MAX_WEIGHT: u64 = 50_000;

/// What a rule asks about more than its subject.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// Managed resources of a type.
    Resources(String),
    /// Data sources of a type.
    Data(String),
    /// Which resources refer to the subject, by type and attribute.
    Referrers(String, String),
    /// Which resources an attribute of the subject refers to.
    Referred(String),
    /// Whether the subject only bounds what others may do.
    OnlyBounds,
    /// Provider blocks, of any provider.
    Providers,
    /// Backends.
    Backends,
    /// Module calls whose source is not here.
    Unresolved,
    /// Whether the baseline of the account is here.
    Baseline,
}

impl Question {
    /// The question that a call is; none where its answer rests on more than can be told from it. `texts` are its
    /// arguments, where all of them are texts.
    pub(super) fn asked(name: &str, texts: Option<&[&str]>) -> Option<Self> {
        match (name, texts) {
            // Beside the policy that it is given, this looks at whose accounts the providers work in.
            ("policy_accounts", _) => Some(Self::Providers),
            ("resources", Some([kind])) => Some(Self::Resources((*kind).to_owned())),
            ("data_resources", Some([kind])) => Some(Self::Data((*kind).to_owned())),
            ("referrers", Some([kind, attribute])) => {
                Some(Self::Referrers((*kind).to_owned(), (*attribute).to_owned()))
            }
            ("referred", Some([attribute])) => Some(Self::Referred((*attribute).to_owned())),
            ("only_bounds", Some([])) => Some(Self::OnlyBounds),
            ("provider_blocks", Some([_])) => Some(Self::Providers),
            ("backends", Some([])) => Some(Self::Backends),
            ("unresolved_modules", Some([])) => Some(Self::Unresolved),
            ("account_baseline", Some([])) => Some(Self::Baseline),
            _ => None,
        }
    }
}

/// A configuration as it was, and what the rules said of it.
pub struct Earlier<'e> {
    configuration: &'e Configuration,
    /// What was no pass, by subject and rule.
    outcomes: HashMap<(Option<ResourceId>, &'e str), Outcome>,
}

impl<'e> Earlier<'e> {
    /// From every verdict that was no pass: the subject's address, none for a rule over the estate, the rule and the
    /// outcome.
    pub fn new(
        configuration: &'e Configuration,
        told: impl Iterator<Item = (Option<&'e str>, &'e str, Outcome)>,
    ) -> Self {
        let mut outcomes = HashMap::default();
        let mut latest: Option<(&str, ResourceId)> = None;
        for (address, rule, outcome) in told {
            let subject = match address {
                None => None,
                Some(address) => {
                    // They come in the order of their subjects.
                    let known = latest.filter(|(other, _)| *other == address).map(|(_, id)| id);
                    let Some(id) = known.or_else(|| configuration.find(address)) else { continue };
                    latest = Some((address, id));
                    Some(id)
                }
            };
            outcomes.insert((subject, rule), outcome);
        }
        Self { configuration, outcomes }
    }

    pub(super) fn configuration(&self) -> &'e Configuration {
        self.configuration
    }
}

/// What is the same in two configurations.
pub(super) struct Unchanged<'c> {
    earlier: &'c Earlier<'c>,
    before: &'c Objects<'c>,
    now: &'c Objects<'c>,
    /// For each resource, which one it was, if it is the same in all that rules see of it.
    was: Vec<Option<ResourceId>>,
    /// What is left to ask for a subject, by rule. Of rules that are not here nothing is taken over.
    asked: HashMap<Arc<str>, Vec<Question>>,
}

impl<'c> Unchanged<'c> {
    pub(super) fn new(
        rules: &RuleSet,
        earlier: &'c Earlier<'c>,
        before: &'c Objects<'c>,
        now: &'c Objects<'c>,
    ) -> Self {
        let (old, new) = (before.configuration, now.configuration);
        let alone = |all: &[Resource], at: usize| {
            let address = |at: usize| all.get(at).map(|it| &it.address);
            address(at) != address(at + 1) && (at == 0 || address(at) != address(at - 1))
        };
        let was = |(at, resource): (usize, &Resource)| {
            let id = old.find(&resource.address)?;
            let other = old.resources.get(id.0 as usize)?;
            let same = alone(&new.resources, at)
                && alone(&old.resources, id.0 as usize)
                && is_same_resource(resource, other);
            same.then_some(id)
        };
        let was: Vec<Option<ResourceId>> = new.resources.par_iter().enumerate().map(was).collect();
        let whole = Whole::new(before, now, &was);
        let kinds = new.by_kind.keys().flat_map(|kind| rules.rules_for(kind));
        let asked = rules.estate_rules().into_iter().chain(kinds).filter_map(|rule| {
            let mut left = Vec::new();
            for question in rule.questions.as_ref()? {
                match whole.is_same(question) {
                    Some(true) => {}
                    Some(false) => return None,
                    None => left.push(question.clone()),
                }
            }
            Some((Arc::clone(&rule.info.id), left))
        });
        Self { asked: asked.collect(), earlier, before, now, was }
    }

    /// What a rule said before of what it sees the same now. A rule that did not apply counts as passed.
    pub(super) fn outcome(&self, rule: &Rule, subject: Option<ResourceId>) -> Option<Outcome> {
        let was = match subject {
            Some(id) => Some(self.was(id)?),
            None => None,
        };
        let both = subject.zip(was);
        let mut asked = self.asked.get(&rule.info.id)?.iter();
        let same = asked.all(|question| both.is_some_and(|both| self.is_answered_alike(question, both)));
        let told = self.earlier.outcomes.get(&(was, &*rule.info.id));
        same.then(|| told.copied().unwrap_or(Outcome::Pass))
    }

    fn was(&self, now: ResourceId) -> Option<ResourceId> {
        self.was.get(now.0 as usize).copied().flatten()
    }

    /// Whether the answer for a subject, as it is and as it was, is the one of before.
    fn is_answered_alike(&self, question: &Question, (now, was): (ResourceId, ResourceId)) -> bool {
        let (old, new) = (self.before.configuration, self.now.configuration);
        match question {
            Question::Referrers(kind, attribute) => {
                let ask = |of: &_, subject| referrers(of, subject, kind, attribute);
                self.are_same_referrers(&ask(new, now), &ask(old, was))
            }
            Question::Referred(attribute) => {
                let ask =
                    |of: &Objects<'_>, subject| Some(referred(of, of.configuration.get(subject)?, attribute));
                let both = ask(self.now, now).zip(ask(self.before, was));
                both.is_some_and(|(now, was)| is_same(&now, &was))
            }
            Question::OnlyBounds => only_bounds(new, now) == only_bounds(old, was),
            _ => false,
        }
    }

    fn are_same_referrers(&self, now: &Referrers, before: &Referrers) -> bool {
        let same = |now: &ResourceId, before: &ResourceId| self.was(*now) == Some(*before);
        let mut definite = now.definite.iter().zip(&before.definite);
        let mut possible = now.possible.iter().zip(&before.possible);
        now.definite.len() == before.definite.len()
            && now.possible.len() == before.possible.len()
            && definite.all(|(now, before)| same(now, before))
            && possible.all(|(now, before)| same(&now.0, &before.0) && now.1 == before.1)
    }
}

/// What is the same for every subject.
struct Whole<'c> {
    old: &'c Configuration,
    new: &'c Configuration,
    /// The types of which a resource changed, came or went.
    managed: HashSet<&'c str>,
    data: HashSet<&'c str>,
    providers: bool,
    backends: bool,
    unresolved: bool,
    baseline: bool,
}

impl<'c> Whole<'c> {
    fn new(before: &'c Objects<'c>, now: &'c Objects<'c>, was: &[Option<ResourceId>]) -> Self {
        let (old, new) = (before.configuration, now.configuration);
        let calls = |it: &Configuration| -> Vec<String> {
            it.unresolved_modules.iter().map(|(address, _, _)| address.clone()).collect()
        };
        let baseline = |it: &Objects<'_>| account_baseline(it.configuration, &it.settings);
        Self {
            managed: changed(was, &old.by_kind, &new.by_kind),
            data: changed(was, &old.data_by_kind, &new.data_by_kind),
            providers: all(&old.providers, &new.providers, is_same_resource),
            backends: all(&old.backends, &new.backends, is_same),
            unresolved: calls(old) == calls(new),
            baseline: baseline(before) == baseline(now),
            old,
            new,
        }
    }

    /// Whether the answer is the one of before, whatever the subject; none where that rests on the subject.
    fn is_same(&self, question: &Question) -> Option<bool> {
        match question {
            Question::Resources(kind) => Some(!self.managed.contains(&**kind)),
            Question::Data(kind) => Some(!self.data.contains(&**kind)),
            Question::Providers => Some(self.providers),
            Question::Backends => Some(self.backends),
            Question::Unresolved => Some(self.unresolved),
            Question::Baseline => Some(self.baseline),
            Question::Referrers(kind, _) => {
                let none = |it: &Configuration| it.of_kind(kind).is_empty();
                (none(self.old) && none(self.new)).then_some(true)
            }
            Question::Referred(_) | Question::OnlyBounds => None,
        }
    }
}

fn all<T>(a: &[T], b: &[T], same: fn(&T, &T) -> bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}

/// The types whose resources are not all what they were.
fn changed<'c>(
    was: &[Option<ResourceId>],
    old: &'c BTreeMap<Arc<str>, Vec<ResourceId>>,
    new: &'c BTreeMap<Arc<str>, Vec<ResourceId>>,
) -> HashSet<&'c str> {
    let ids =
        |of: &'c BTreeMap<Arc<str>, Vec<ResourceId>>, kind: &str| of.get(kind).map_or(&[][..], Vec::as_slice);
    let same = |now: &[ResourceId], before: &[ResourceId]| {
        let each = |(now, before): (&ResourceId, &ResourceId)| {
            was.get(now.0 as usize).copied().flatten() == Some(*before)
        };
        now.len() == before.len() && now.iter().zip(before).all(each)
    };
    let kinds = old.keys().chain(new.keys()).map(|kind| &**kind);
    kinds.filter(|kind| !same(ids(new, kind), ids(old, kind))).collect()
}

/// Whether rules see the same of both, and the same may be told of when they are there.
fn is_same_resource(a: &Resource, b: &Resource) -> bool {
    a.address == b.address
        && a.mode == b.mode
        && a.kind == b.kind
        && a.name == b.name
        && a.uncertain == b.uncertain
        && a.presence == b.presence
        && is_same(&a.values, &b.values)
}

fn is_same(a: &Value, b: &Value) -> bool {
    let light = |it: &Value| it.weight() <= MAX_WEIGHT;
    light(a) && light(b) && alike::same(a, b, is_same_unknown)
}

/// Whether everything that is known of two unknowns is the same.
fn is_same_unknown(a: &Unknown, b: &Unknown) -> bool {
    let same = |a: &Value, b: &Value| alike::same(a, b, is_same_unknown);
    let partial = || match (&a.partial, &b.partial) {
        (None, None) => true,
        (Some(Partial::Either(a, c, when)), Some(Partial::Either(b, d, other))) => {
            same(a, b) && same(c, d) && when == other
        }
        (Some(Partial::Json(a)), Some(Partial::Json(b))) => same(a, b),
        (Some(Partial::Template(a)), Some(Partial::Template(b))) => {
            let part = |parts: (&TemplatePart, &TemplatePart)| match parts {
                (TemplatePart::Text(a), TemplatePart::Text(b)) => a == b,
                (TemplatePart::Unknown(a), TemplatePart::Unknown(b)) => same(a, b),
                _ => false,
            };
            a.len() == b.len() && a.iter().zip(b).all(part)
        }
        (Some(Partial::List(a)), Some(Partial::List(b))) => is_same_list(a, b),
        (Some(Partial::AtLeast(a)), Some(Partial::AtLeast(b))) => a == b,
        _ => false,
    };
    a.ty == b.ty
        && a.why == b.why
        && a.refers == b.refers
        && a.made == b.made
        && a.not_null == b.not_null
        && partial()
}

fn is_same_list(a: &OpenList, b: &OpenList) -> bool {
    let one = |(a, b): ((&Value, bool, Option<usize>), (&Value, bool, Option<usize>))| {
        a.1 == b.1 && a.2 == b.2 && alike::same(a.0, b.0, is_same_unknown)
    };
    a.len() == b.len() && a.iter().zip(b.iter()).all(one)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::eval::Root;
    use crate::graph::configuration;
    use crate::rules::run::{judge, outcomes};
    use crate::source::{SourceFile, Sources};
    use crate::syntax::Workspace;

    use super::*;

    fn read(path: &Path) -> (Workspace, Configuration) {
        let mut sources = Sources::default();
        sources.add(SourceFile::new("main.tf", std::fs::read_to_string(path).unwrap()));
        let workspace = Workspace::parse(sources);
        let tree = configuration(&workspace, Root::new(&workspace, "."));
        (workspace, tree)
    }

    /// How many outcomes are taken over from one tree to another, each of them as judging again has it.
    fn taken_over(rules: &RuleSet, from: &Path, to: &Path) -> usize {
        let ((workspace, old), (next, new)) = (read(from), read(to));
        let told = outcomes(rules, &old, &workspace, None);
        let told = told.iter().map(|it| {
            let resource = it.resource.and_then(|id| old.get(id));
            (resource.map(|it| &*it.address), &*it.rule.info.id, it.outcome)
        });
        let earlier = Earlier::new(&old, told);
        let (before, now) = (Objects::new(&old, rules), Objects::new(&new, rules));
        let unchanged = Unchanged::new(rules, &earlier, &before, &now);
        let mut taken = 0;
        let subjects = new.by_kind.iter().flat_map(|(kind, ids)| {
            let rules = rules.rules_for(kind);
            ids.iter().flat_map(move |id| rules.clone().into_iter().map(|rule| (Some(*id), rule)))
        });
        let estate = rules.estate_rules().into_iter().map(|rule| (None, rule));
        for (subject, rule) in estate.chain(subjects) {
            let Some(outcome) = unchanged.outcome(&rule, subject) else { continue };
            let anew = judge(&rule, subject, &now, &next, false).outcome;
            let anew = if anew == Outcome::NotApplicable { Outcome::Pass } else { anew };
            assert_eq!(outcome, anew, "{} from {} to {}", rule.info.id, from.display(), to.display());
            taken += usize::from(subject.is_some());
        }
        taken
    }

    #[test]
    fn what_is_taken_over_is_what_judging_again_comes_to() {
        let rules = RuleSet::embedded();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let files = walkdir::WalkDir::new(&root).min_depth(4).max_depth(4).sort_by_file_name();
        let files: Vec<_> =
            files.into_iter().filter_map(Result::ok).map(walkdir::DirEntry::into_path).collect();
        let beside = |pair: &&[std::path::PathBuf]| match pair {
            [a, b] => {
                a.parent() == b.parent()
                    && [a, b].iter().all(|it| it.extension().is_some_and(|it| it == "tf"))
            }
            _ => false,
        };
        let pairs: Vec<_> = files.windows(2).filter(beside).collect();
        let taken: usize = pairs.par_iter().map(|pair| taken_over(&rules, &pair[0], &pair[1])).sum();
        assert!(taken > 1000, "{taken} outcomes are too few to tell");
    }
}
