//! Who points at whom.
//!
//! In: a [`Configuration`]. Out: the resources whose attribute refers to another one, by reference
//! or by an equal known name. Each (type, attribute) is indexed once, on first use, so that rules
//! over thousands of resources stay linear.

use std::sync::{Arc, Mutex, PoisonError};

use foldhash::HashMap;

use crate::eval::{Condition, Data, OpenList, Partial, TemplatePart, Unknown, Value, Why, kind_of};

use super::{Configuration, Referrers, Resource, ResourceId};

/// Attributes of a resource that name it.
const NAMES: [&str; 12] = [
    "id",
    "arn",
    "name",
    "bucket",
    "identifier",
    "cluster_identifier",
    "function_name",
    "replication_group_id",
    "cluster_id",
    "domain_name",
    "repository",
    "self_link",
];

/// How deep lists and paths are followed.
const MAX_DEPTH: u32 = 32;

/// A resource that names another one, or may.
#[derive(Clone, Debug)]
struct Edge {
    id: ResourceId,
    way: Way,
    /// Whether it names one of several instances, which may be another.
    any: bool,
}

/// On what it rests that a value is named.
#[derive(Clone, Debug, Default)]
struct Way {
    /// Why it may be another, where nothing is known that decides it.
    doubt: Option<Why>,
    /// What has to hold, and why it can't be known.
    holds: Vec<(Condition, Why)>,
}

impl Way {
    fn doubted(&self, why: &Why) -> Self {
        Self { doubt: self.doubt.clone().or_else(|| Some(why.clone())), ..self.clone() }
    }

    fn where_holds(&self, condition: Condition, why: &Why) -> Self {
        let mut way = self.clone();
        way.holds.push((condition, why.clone()));
        way
    }
}

#[derive(Debug, Default)]
struct AttributeIndex {
    by_address: HashMap<Arc<str>, Vec<Edge>>,
    by_text: HashMap<Arc<str>, Vec<Edge>>,
    /// Those that may name any resource.
    possible: Vec<(ResourceId, Why)>,
}

type Indexes = HashMap<(String, String), Arc<AttributeIndex>>;

/// Indexes made so far. A copy of a configuration starts without any.
#[derive(Debug, Default)]
pub struct EdgeCache {
    indexes: Mutex<Indexes>,
}

impl Clone for EdgeCache {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// A value, and the names that lead further into it: what they lead to is not known where it is not.
type Leaf<'v, 'p> = (&'v Value, &'p [&'p str]);

fn leaves<'v, 'p>(value: &'v Value, path: &'p [&'p str], depth: u32, into: &mut Vec<Leaf<'v, 'p>>) {
    if depth > MAX_DEPTH {
        return;
    }
    match (&value.data, path) {
        (Data::Sequence(sequence), _) if value.mark.reference.is_none() => {
            for item in &sequence.items {
                leaves(item, path, depth + 1, into);
            }
        }
        (Data::Mapping(entries), [name, rest @ ..]) => {
            if let Some(inner) = entries.get(name) {
                leaves(inner, rest, depth + 1, into);
            }
        }
        (Data::Unknown(_), _) => {
            // Blocks that stand beside those that nobody knows.
            for item in value.as_open().map_or(&[][..], OpenList::sure) {
                leaves(item, path, depth + 1, into);
            }
            into.push((value, path));
        }
        (_, []) => into.push((value, path)),
        _ => {}
    }
}

fn values_at<'v, 'p>(resource: &'v Resource, path: &'p [&'p str]) -> Vec<Leaf<'v, 'p>> {
    let mut found = Vec::new();
    leaves(&resource.values, path, 0, &mut found);
    found
}

/// Whether an unknown may turn out to be any resource: it names no managed one.
fn may_be_any(unknown: &Unknown) -> bool {
    unknown.refers.iter().all(|reference| kind_of(&reference.address).1)
}

fn in_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.' | '@')
}

/// Whether a text goes on as the name of a host does behind its first part: `.s3.amazonaws.com`.
fn is_host(rest: &str) -> bool {
    let host = rest.split(|letter| !in_word(letter)).next().unwrap_or("");
    host.starts_with('.') && host.matches('.').count() > 1
}

impl AttributeIndex {
    /// Takes in what a value names: a plain reference or text for sure, of several that it may be each
    /// with what decides that it is.
    fn add(&mut self, id: ResourceId, (value, path): Leaf<'_, '_>, way: &Way, depth: u32) {
        let edge = |any| Edge { id, way: way.clone(), any };
        let either = value.as_unknown().and_then(|unknown| match &unknown.partial {
            Some(Partial::Either(then, otherwise, when)) if depth < MAX_DEPTH => {
                Some((&unknown.why, when, then, otherwise))
            }
            _ => None,
        });
        if let Some((why, when, then, otherwise)) = either {
            // Whichever it comes to, it is that attribute.
            if let Some(reference) = &value.mark.reference {
                let edges = self.by_address.entry(Arc::clone(&reference.address)).or_default();
                edges.push(edge(reference.any));
            }
            let [then_way, other_way] = match when {
                Some(when) => [Condition::clone(when), when.negated()].map(|it| way.where_holds(it, why)),
                None => [way.doubted(why), way.doubted(why)],
            };
            for (branch, way) in [(then, then_way), (otherwise, other_way)] {
                // Each may be a list, or a block that stands or does not.
                let mut inner = Vec::new();
                leaves(branch, path, depth, &mut inner);
                for leaf in inner {
                    self.add(id, leaf, &way, depth + 1);
                }
            }
            return;
        }
        // Elements that a list may have.
        if let (Some(open), Some(unknown), true) = (value.as_open(), value.as_unknown(), depth < MAX_DEPTH) {
            let mut inner = Vec::new();
            for item in open.maybe() {
                leaves(item, path, depth, &mut inner);
            }
            let way = way.doubted(&unknown.why);
            for leaf in inner {
                self.add(id, leaf, &way, depth + 1);
            }
        }
        let partial = value.as_unknown().and_then(|unknown| unknown.partial.as_ref());
        match (partial, &value.mark.reference) {
            // Whatever text it comes to, it is that attribute.
            (Some(Partial::Template(_)), Some(reference)) => {
                let edges = self.by_address.entry(Arc::clone(&reference.address)).or_default();
                edges.push(edge(reference.any));
            }
            (Some(Partial::Template(parts)), None) => self.add_text(id, parts, way, depth),
            _ => self.add_references(id, value, way),
        }
        match &value.data {
            Data::String(text) if !text.is_empty() => {
                self.by_text.entry(Arc::clone(text)).or_default().push(edge(false));
            }
            Data::Unknown(unknown) if may_be_any(unknown) => self.possible.push((id, unknown.why.clone())),
            _ => {}
        }
    }

    /// Takes in what a text of several parts names: what stands alone, as in an ARN or a URL. What is a part of a word
    /// may name another.
    fn add_text(&mut self, id: ResourceId, parts: &[TemplatePart], way: &Way, depth: u32) {
        let text = |at: Option<usize>| match at.and_then(|at| parts.get(at)) {
            Some(TemplatePart::Text(text)) => Some(&**text),
            Some(TemplatePart::Unknown(_)) => None,
            None => Some(""),
        };
        for (at, part) in parts.iter().enumerate() {
            let TemplatePart::Unknown(value) = part else { continue };
            if value.references().is_empty() || depth >= MAX_DEPTH {
                continue;
            }
            let before = text(at.checked_sub(1)).is_some_and(|before| !before.ends_with(in_word));
            let after = text(Some(at + 1)).is_some_and(|after| !after.starts_with(in_word) || is_host(after));
            let doubted = value.as_unknown().filter(|_| !(before && after));
            let doubted = doubted.map(|unknown| way.doubted(&unknown.why));
            self.add(id, (value, &[]), doubted.as_ref().unwrap_or(way), depth + 1);
        }
    }

    /// Takes in the resources whose attribute a value is, or is made from.
    fn add_references(&mut self, id: ResourceId, value: &Value, way: &Way) {
        let made = value.as_unknown().filter(|unknown| unknown.made);
        for reference in value.references() {
            let way = made.map_or_else(|| way.clone(), |unknown| way.doubted(&unknown.why));
            let edge = Edge { id, way, any: reference.any };
            self.by_address.entry(Arc::clone(&reference.address)).or_default().push(edge);
        }
    }
}

impl Configuration {
    fn index(&self, kind: &str, attribute: &str) -> Arc<AttributeIndex> {
        let key = (kind.to_owned(), attribute.to_owned());
        let mut indexes = self.edges.indexes.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(indexes.entry(key).or_insert_with(|| Arc::new(self.build_index(kind, attribute))))
    }

    fn build_index(&self, kind: &str, attribute: &str) -> AttributeIndex {
        let mut index = AttributeIndex::default();
        let path: Vec<&str> = attribute.split('.').collect();
        for id in self.of_kind(kind) {
            let Some(resource) = self.get(*id) else { continue };
            for leaf in values_at(resource, &path) {
                index.add(*id, leaf, &Way::default(), 0);
            }
        }
        index
    }

    /// Whether it is sure that an edge leads to a resource wherever that is there; the inner error says why it may not
    /// be so. `None` where it never does.
    fn leads_to(&self, edge: &Edge, subject: &Resource) -> Option<Result<(), Why>> {
        let referrer = self.get(edge.id)?;
        let mut doubt = match referrer.is_there_with(subject) {
            Some(true) => None,
            Some(false) => return None,
            None => referrer.uncertain.clone(),
        };
        for (condition, why) in &edge.way.holds {
            match self.holds_with(condition, subject) {
                Some(true) => {}
                Some(false) => return None,
                None => doubt = doubt.or_else(|| Some(why.clone())),
            }
        }
        if edge.any && !subject.is_single_for(referrer) {
            doubt = doubt.or_else(|| subject.uncertain.clone());
        }
        Some(doubt.or_else(|| edge.way.doubt.clone()).map_or(Ok(()), Err))
    }

    /// The resources of type `kind` whose attribute (`bucket`, `block.attr`) points at `target`.
    pub fn referrers(&self, target: ResourceId, kind: &str, attribute: &str) -> Referrers {
        let Some(subject) = self.get(target) else { return Referrers::default() };
        let index = self.index(kind, attribute);
        let mut found: Vec<&Edge> = index.by_address.get(&subject.address).into_iter().flatten().collect();
        for name in NAMES {
            if let Some(Data::String(text)) = subject.values.get(name).map(|value| &value.data) {
                found.extend(index.by_text.get(text).into_iter().flatten());
            }
        }
        let mut referrers = Referrers::default();
        // A subject whose name can't be known may be the one that a literal names.
        for name in NAMES {
            if let Some(Data::Unknown(unknown)) = subject.values.get(name).map(|value| &value.data)
                && may_be_any(unknown)
            {
                let named = index.by_text.values().flatten();
                referrers.possible.extend(named.map(|edge| (edge.id, unknown.why.clone())));
            }
        }
        for edge in found {
            match self.leads_to(edge, subject) {
                Some(Ok(())) => referrers.definite.push(edge.id),
                Some(Err(why)) => referrers.possible.push((edge.id, why)),
                None => {}
            }
        }
        referrers.definite.sort_unstable();
        referrers.definite.dedup();
        let sure = |id: &ResourceId| referrers.definite.binary_search(id).is_ok();
        let all = referrers.possible.iter().chain(&index.possible);
        let possible = all.filter(|(id, _)| !sure(id)).cloned().collect();
        referrers.possible = possible;
        referrers.possible.sort_by_key(|(id, _)| *id);
        referrers.possible.dedup_by_key(|(id, _)| *id);
        referrers
    }
}
