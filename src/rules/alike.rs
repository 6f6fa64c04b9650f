//! Verdicts of resources in which a rule reads the same.
//!
//! In: what a rule concluded of one resource. Out: the same for each other that has the same values where the
//! rule looks: a large plan is a few settings, many times over.

use std::hash::{BuildHasher as _, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard};

use foldhash::HashMap;
use foldhash::fast::RandomState;

use crate::eval::{Data, Number, Unknown, Value};
use crate::findings::{Evidence, Outcome};
use crate::graph::{Configuration, Resource, ResourceId};

use super::explain::Explanation;
use super::model::Rule;
use super::scope::referrers;

/// How many locks the memory is spread over.
const SHARDS: usize = 64;
/// How much one of them remembers.
const MAX_KEPT: usize = 128;

/// No resource: ends the answer to one question.
const NONE: ResourceId = ResourceId(u32::MAX);

/// What a rule reads of its subject.
#[derive(Clone, Debug, Default)]
pub struct Own {
    /// The attributes that its conditions name.
    pub(super) names: Vec<String>,
    /// Which resources refer to it, by type and attribute.
    pub(super) asked: Vec<(String, String)>,
    /// Whether it looks at all resources of some type: among them is the subject.
    pub(super) others: bool,
}

/// What was concluded of the resources of one configuration.
pub(super) struct Alike {
    state: RandomState,
    shards: [Mutex<HashMap<u64, Vec<Kept>>>; SHARDS],
}

impl Default for Alike {
    fn default() -> Self {
        Self { state: RandomState::default(), shards: std::array::from_fn(|_| Mutex::default()) }
    }
}

struct Kept {
    rule: Arc<str>,
    /// The resource that was judged.
    resource: ResourceId,
    around: Vec<ResourceId>,
    outcome: Outcome,
    /// What is told of it, where nothing but the address tells it apart from what is told of others.
    explanation: Option<Arc<Explanation>>,
}

/// What one rule reads of one resource.
pub(super) struct Read<'c> {
    rule: &'c Rule,
    own: &'c Own,
    configuration: &'c Configuration,
    id: ResourceId,
    resource: &'c Resource,
    /// Those that refer to it, as far as the rule asks.
    around: Vec<ResourceId>,
    hash: u64,
}

impl Alike {
    /// What a rule reads of a resource, where that is all on which its verdict rests and it is all known.
    pub(super) fn read<'c>(
        &self,
        rule: &'c Rule,
        configuration: &'c Configuration,
        id: ResourceId,
    ) -> Option<Read<'c>> {
        let (own, resource) = (rule.own.as_ref()?, configuration.get(id)?);
        let mut hasher = self.state.build_hasher();
        rule.info.id.hash(&mut hasher);
        for name in &own.names {
            let value = resource.values.get(name);
            hash(value, &mut hasher);
        }
        let mut around = Vec::new();
        for (kind, attribute) in &own.asked {
            let found = referrers(configuration, id, kind, attribute);
            if !found.possible.is_empty() {
                return None;
            }
            around.extend(found.definite);
            // Where the answer to one question ends.
            around.push(NONE);
        }
        around.hash(&mut hasher);
        Some(Read { rule, own, configuration, id, resource, around, hash: hasher.finish() })
    }

    fn shard(&self, read: &Read<'_>) -> Option<MutexGuard<'_, HashMap<u64, Vec<Kept>>>> {
        self.shards.get(usize::try_from(read.hash % SHARDS as u64).ok()?)?.lock().ok()
    }

    /// What was concluded of another resource of which the same was read, told of this one.
    pub(super) fn known(&self, read: &Read<'_>) -> Option<(Outcome, Option<Explanation>)> {
        let shard = self.shard(read)?;
        let kept = shard.get(&read.hash)?.iter().find(|kept| read.is_like(kept))?;
        let (outcome, other, explanation) = (kept.outcome, kept.resource, kept.explanation.clone());
        drop(shard);
        let retold = |explanation: Arc<Explanation>| {
            let other = read.configuration.get(other)?;
            read.is_placeless().then(|| retold(&explanation, other, read.resource))
        };
        Some((outcome, explanation.and_then(retold)))
    }

    /// Remembers what was concluded of a resource. `explanation` is what is told of it, if anything is.
    pub(super) fn keep(&self, read: &Read<'_>, outcome: Outcome, explanation: Option<&Explanation>) {
        if !matches!(outcome, Outcome::Pass | Outcome::Fail | Outcome::NotApplicable) {
            return;
        }
        let explanation = explanation.filter(|it| read.is_placeless() && it.is_only_of(read.resource));
        let explanation = explanation.map(|it| Arc::new(it.clone()));
        let Some(mut shard) = self.shard(read) else { return };
        let full = shard.len() >= MAX_KEPT;
        let kept = shard.get_mut(&read.hash).and_then(|all| all.iter_mut().find(|kept| read.is_like(kept)));
        match kept {
            Some(kept) if explanation.is_some() => {
                (kept.explanation, kept.resource) = (explanation, read.id);
            }
            Some(_) => {}
            None if full => {}
            None => {
                let rule = Arc::clone(&read.rule.info.id);
                let (resource, around) = (read.id, read.around.clone());
                shard.entry(read.hash).or_default().push(Kept {
                    rule,
                    resource,
                    around,
                    outcome,
                    explanation,
                });
            }
        }
    }
}

impl Read<'_> {
    fn is_like(&self, kept: &Kept) -> bool {
        let Some(other) = self.configuration.get(kept.resource) else { return false };
        let same = |name: &String| match (self.resource.values.get(name), other.values.get(name)) {
            (Some(a), Some(b)) => same(a, b, plain),
            (a, b) => a.is_none() && b.is_none(),
        };
        self.rule.info.id == kept.rule && self.around == kept.around && self.own.names.iter().all(same)
    }

    /// Whether nothing but the address tells the explanations of such resources apart.
    fn is_placeless(&self) -> bool {
        let placed = |name: &String| self.resource.values.get(name).is_some_and(placed);
        !self.own.others && self.resource.block.is_none() && !self.own.names.iter().any(placed)
    }
}

impl Explanation {
    /// Whether all of it is about one resource, of which no more is shown than where it begins.
    fn is_only_of(&self, resource: &Resource) -> bool {
        let own = |evidence: &Evidence| {
            let inside = |it: &String| it.starts_with(&*resource.address);
            evidence.origin.is_none() && evidence.attribute.as_ref().is_none_or(inside)
        };
        self.location == Some(resource.header) && self.evidence.iter().all(own)
    }
}

/// An explanation of one resource, told of another.
fn retold(explanation: &Explanation, of: &Resource, resource: &Resource) -> Explanation {
    let mut told = explanation.clone();
    for attribute in told.evidence.iter_mut().filter_map(|evidence| evidence.attribute.as_mut()) {
        if let Some(rest) = attribute.strip_prefix(&*of.address) {
            *attribute = format!("{}{rest}", resource.address);
        }
    }
    told.location = Some(resource.header);
    told
}

/// Whether a rule sees the same in both, places aside. `unknown` compares what is not known.
pub(super) fn same(a: &Value, b: &Value, unknown: fn(&Unknown, &Unknown) -> bool) -> bool {
    a.mark.sensitive == b.mark.sensitive
        && a.mark.reference == b.mark.reference
        && match (&a.data, &b.data) {
            (Data::Null(a), Data::Null(b)) => a == b,
            (Data::Bool(a), Data::Bool(b)) => a == b,
            (Data::Number(a), Data::Number(b)) => a == b,
            (Data::String(a), Data::String(b)) => a == b,
            (Data::Sequence(a), Data::Sequence(b)) => {
                a.kind == b.kind
                    && a.items.len() == b.items.len()
                    && a.items.iter().zip(&b.items).all(|(a, b)| same(a, b, unknown))
            }
            (Data::Mapping(a), Data::Mapping(b)) => {
                a.is_map == b.is_map
                    && a.len() == b.len()
                    && a.iter().zip(b.iter()).all(|(a, b)| a.0 == b.0 && same(a.1, b.1, unknown))
            }
            (Data::Unknown(a), Data::Unknown(b)) => unknown(a, b),
            _ => false,
        }
}

/// The same unknown, as far as nothing else is known of it: that may be there for one subject and not for another,
/// and so may what a function made of an instance.
fn plain(a: &Unknown, b: &Unknown) -> bool {
    let plain = |it: &Unknown| it.partial.is_none() && !it.made;
    plain(a) && plain(b) && a.ty == b.ty && a.why == b.why && a.refers == b.refers && a.not_null == b.not_null
}

/// Values that are the same have the same.
fn hash(value: Option<&Value>, hasher: &mut impl Hasher) {
    let Some(value) = value else { return hasher.write_u8(0) };
    match &value.data {
        Data::Bool(it) => hasher.write_u8(1 + u8::from(*it)),
        Data::Number(Number::Int(it)) => hasher.write_i64(*it),
        Data::String(it) => it.hash(hasher),
        Data::Sequence(it) => {
            hasher.write_usize(it.items.len());
            it.items.iter().for_each(|item| hash(Some(item), hasher));
        }
        Data::Mapping(it) => {
            hasher.write_usize(it.len());
            for (name, item) in it.iter() {
                name.hash(hasher);
                hash(Some(item), hasher);
            }
        }
        Data::Null(_) | Data::Number(_) | Data::Unknown(_) => hasher.write_u8(3),
    }
}

/// Whether it, or anything in it, is known to be written somewhere.
fn placed(value: &Value) -> bool {
    value.mark.origin.is_some()
        || match &value.data {
            Data::Sequence(it) => it.items.iter().any(placed),
            Data::Mapping(it) => it.iter().any(|(_, item)| placed(item)),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::eval::Root;
    use crate::graph::{Moment, configuration, plan_configuration};
    use crate::rules::RuleSet;
    use crate::rules::run::{Verdict, conclude, judge, run};
    use crate::rules::scope::{Judging, Objects};
    use crate::source::{FileId, SourceFile, Sources};
    use crate::syntax::{Workspace, parse_plan};

    use super::*;

    #[test]
    fn a_verdict_rests_on_what_its_rule_is_said_to_read() {
        let rules = RuleSet::embedded();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let files = walkdir::WalkDir::new(&root).min_depth(4).max_depth(4).sort_by_file_name();
        let mut judged = 0;
        for file in files.into_iter().filter_map(Result::ok) {
            let path = file.path();
            let rule =
                path.strip_prefix(&root).unwrap().parent().unwrap().to_string_lossy().replace('\\', "/");
            let Some(Ok(rule)) = rules.get(&rule).filter(|_| path.extension().is_some_and(|it| it == "tf"))
            else {
                continue;
            };
            let Some(own) = &rule.own else { continue };
            let mut sources = Sources::default();
            sources.add(SourceFile::new("main.tf", std::fs::read_to_string(path).unwrap()));
            let workspace = Workspace::parse(sources);
            let tree = configuration(&workspace, Root::new(&workspace, "."));
            let objects = Objects::new(&tree, &rules);
            for id in rule.resources.iter().flat_map(|kind| tree.of_kind(kind)) {
                let whole = objects.get(*id);
                let kept = |name: &str| {
                    ["address", "label"].contains(&name) || own.names.iter().any(|it| it == name)
                };
                let entries = whole.as_entries().unwrap().iter().filter(|(name, _)| kept(name));
                let less = Value::object(entries.map(|(name, value)| (Arc::clone(name), value.clone())));
                let judging = Judging::new(&rule, &objects, Some(*id));
                let outcome = |judging: &Judging<'_>| conclude(judging).map(|(outcome, _)| outcome);
                assert_eq!(outcome(&judging), outcome(&judging.supposing(less)), "{}", path.display());
                judged += 1;
            }
        }
        assert!(judged > 1000, "{judged} verdicts are too few to tell");
    }

    /// A plan with each resource many times: as it is, and with each of its attributes changed.
    fn varied() -> SourceFile {
        let text = include_str!("../../tests/data/plans/live/plan.json");
        let mut plan: serde_json::Value = serde_json::from_str(text).unwrap();
        let mut changes = Vec::new();
        for resource in plan["resource_changes"].as_array().unwrap() {
            let mut add = |after: serde_json::Value| {
                let mut copy = resource.clone();
                let name = format!("{}_{}", resource["name"].as_str().unwrap(), changes.len());
                copy["address"] = format!("{}.{name}", resource["type"].as_str().unwrap()).into();
                (copy["name"], copy["change"]["after"]) = (name.into(), after);
                changes.push(copy);
            };
            let after = &resource["change"]["after"];
            (0..3).for_each(|_| add(after.clone()));
            for (name, value) in after.as_object().into_iter().flatten() {
                let other = match value {
                    serde_json::Value::Bool(is) => (!is).into(),
                    serde_json::Value::Null => "x".into(),
                    _ => serde_json::Value::Null,
                };
                let mut changed = after.clone();
                changed[name] = other;
                add(changed);
            }
        }
        plan["resource_changes"] = changes.into();
        SourceFile::new("plan.json", plan.to_string())
    }

    #[test]
    fn what_is_taken_over_from_another_is_what_judging_again_comes_to() {
        let source = varied();
        let workspace = Workspace::parse(Sources::default());
        let plan = parse_plan(FileId(0), &source).unwrap();
        let rules = RuleSet::embedded();
        for moment in [Moment::Planned, Moment::Now] {
            let tree = plan_configuration(&plan, &source, moment, None, None);
            let verdicts = run(&rules, &tree, &workspace);
            let mut alike = 0;
            for verdict in verdicts.iter().filter(|verdict| verdict.resource.is_some()) {
                // None is remembered where nothing was judged before.
                let objects = Objects::new(&tree, &rules);
                let anew = judge(&verdict.rule, verdict.resource, &objects, &workspace, true);
                assert_eq!(verdict.outcome, anew.outcome);
                // Of the many instances of one block only one is told of.
                if !verdict.message.is_empty() {
                    let told = |it: &Verdict| {
                        (it.clause.clone(), it.message.clone(), it.evidence.clone(), it.location)
                    };
                    assert_eq!(told(verdict), told(&anew));
                }
                alike += usize::from(verdict.rule.own.is_some());
            }
            assert!(alike > 500, "{alike} verdicts are too few to tell");
        }
    }
}
