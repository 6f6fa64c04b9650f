//! Who points at whom.
//!
//! In: a [`Configuration`]. Out: the resources whose attribute refers to another one, by reference
//! or by an equal known name. Each (type, attribute) is indexed once, on first use, so that rules
//! over thousands of resources stay linear.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::eval::{Data, OpenList, Unknown, Value, Why};

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

#[derive(Debug, Default)]
struct AttributeIndex {
    by_address: HashMap<Arc<str>, Vec<ResourceId>>,
    by_text: HashMap<Arc<str>, Vec<ResourceId>>,
    possible: Vec<(ResourceId, Why)>,
}

type Indexes = HashMap<(String, String), Arc<AttributeIndex>>;

/// Indexes made so far. A copy of a configuration starts without any.
#[derive(Debug, Default)]
pub struct EdgeCache {
    indexes: Mutex<Indexes>,
    addresses: OnceLock<HashMap<Arc<str>, ResourceId>>,
}

impl Clone for EdgeCache {
    fn clone(&self) -> Self {
        Self::default()
    }
}

fn leaves<'v>(value: &'v Value, path: &[&str], depth: u32, into: &mut Vec<&'v Value>) {
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
            into.push(value);
        }
        (_, []) => into.push(value),
        _ => {}
    }
}

fn values_at<'v>(resource: &'v Resource, attribute: &str) -> Vec<&'v Value> {
    let path: Vec<&str> = attribute.split('.').collect();
    let mut found = Vec::new();
    leaves(&resource.values, &path, 0, &mut found);
    found
}

/// Whether an unknown may turn out to be any resource: it names no managed one.
fn may_be_any(unknown: &Unknown) -> bool {
    unknown
        .refers
        .iter()
        .all(|reference| reference.address.starts_with("data.") || reference.address.contains(".data."))
}

fn push(list: &mut Vec<ResourceId>, id: ResourceId) {
    if list.last() != Some(&id) {
        list.push(id);
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
        for id in self.of_kind(kind) {
            let Some(resource) = self.get(*id) else { continue };
            for value in values_at(resource, attribute) {
                for reference in value.references() {
                    push(index.by_address.entry(Arc::clone(&reference.address)).or_default(), *id);
                }
                match &value.data {
                    Data::String(text) if !text.is_empty() => {
                        push(index.by_text.entry(Arc::clone(text)).or_default(), *id);
                    }
                    Data::Unknown(unknown) if may_be_any(unknown) => {
                        index.possible.push((*id, unknown.why.clone()));
                    }
                    _ => {}
                }
            }
        }
        index
    }

    /// The resources of type `kind` whose attribute (`bucket`, `block.attr`) points at `target`.
    pub fn referrers(&self, target: ResourceId, kind: &str, attribute: &str) -> Referrers {
        let Some(subject) = self.get(target) else { return Referrers::default() };
        let index = self.index(kind, attribute);
        let mut found: Vec<ResourceId> = index.by_address.get(&subject.address).cloned().unwrap_or_default();
        for name in NAMES {
            if let Some(Data::String(text)) = subject.values.get(name).map(|value| &value.data) {
                found.extend(index.by_text.get(text).into_iter().flatten());
            }
        }
        found.sort_unstable();
        found.dedup();
        let mut referrers = Referrers::default();
        // A subject whose name can't be known may be the one that a literal names.
        for name in NAMES {
            if let Some(Data::Unknown(unknown)) = subject.values.get(name).map(|value| &value.data)
                && may_be_any(unknown)
            {
                let named = index.by_text.values().flatten().filter(|id| !found.contains(id));
                referrers.possible.extend(named.map(|id| (*id, unknown.why.clone())));
            }
        }
        for id in found {
            // A referrer that may not exist proves nothing about a subject that does.
            let doubt = self.get(id).and_then(|other| other.uncertain.clone());
            match doubt {
                Some(why) if subject.uncertain.as_ref() != Some(&why) => referrers.possible.push((id, why)),
                _ => referrers.definite.push(id),
            }
        }
        let sure = |id: &ResourceId| referrers.definite.binary_search(id).is_ok();
        let others: Vec<(ResourceId, Why)> =
            index.possible.iter().filter(|(id, _)| !sure(id)).cloned().collect();
        referrers.possible.extend(others);
        referrers.possible.sort_by_key(|(id, _)| *id);
        referrers.possible.dedup_by_key(|(id, _)| *id);
        referrers
    }

    /// The resources, managed or data, that an attribute of `from` refers to, in order of address.
    pub fn referred(&self, from: ResourceId, attribute: &str) -> Vec<ResourceId> {
        let Some(resource) = self.get(from) else { return Vec::new() };
        let addresses = self.edges.addresses.get_or_init(|| {
            self.resources
                .iter()
                .enumerate()
                .map(|(at, each)| {
                    (Arc::clone(&each.address), ResourceId(u32::try_from(at).unwrap_or(u32::MAX)))
                })
                .collect()
        });
        let mut found: Vec<ResourceId> = values_at(resource, attribute)
            .into_iter()
            .flat_map(Value::references)
            .filter_map(|reference| addresses.get(&reference.address).copied())
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}
