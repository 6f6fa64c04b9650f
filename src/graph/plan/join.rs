//! Joins what a plan says with what its sources say.
//!
//! In: the same resources twice: from the plan, which knows every value, and evaluated from the
//! sources, which know where each value comes from. Out: one [`Configuration`] with both. The plan's
//! value stands where the two differ: Terraform has the last word.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use crate::eval::{Data, Entries, Origin, Partial, Unknown, Value, kind_of, ops};
use crate::graph::build::finish;
use crate::graph::{Configuration, Key, Resource};
use crate::schema;
use crate::source::Problem;
use crate::syntax::without_keys;

/// How deep values are joined.
const MAX_DEPTH: u32 = 64;
/// Lists up to this size are matched element by element, whatever their order.
const MAX_MATCHED: usize = 200;

/// The plan's resources, with what the sources know: `lifecycle` and its like, and with `values` the
/// origins and references of the values. A state from before the plan has its values from elsewhere.
#[must_use]
pub fn joined(mut joined: Configuration, evaluated: &Configuration, values: bool) -> Configuration {
    let index = Index::new(evaluated);
    let mut differ = Vec::new();
    for resource in &mut joined.resources {
        if let Some(source) = index.find(resource) {
            if values {
                differ.extend(differing(resource, source).map(|name| format!("{}.{name}", resource.address)));
            }
            resource.values = join_resource(resource, &source.values, values);
        }
    }
    if let Some(first) = differ.first() {
        let more = match differ.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let message = format!(
            "{first}{more}: the plan has another value than its sources, so it was made from others: plan again"
        );
        joined.problems.push(Problem::refused(message, None));
    }
    joined.files.extend(&evaluated.files);
    joined.anchor = evaluated.anchor.or(joined.anchor);
    joined.anchors.clone_from(&evaluated.anchors);
    joined.unresolved_modules.clone_from(&evaluated.unresolved_modules);
    joined.problems.extend(evaluated.problems.iter().cloned());
    joined
}

/// What the plan would say of changed sources. `before` are the sources' resources as they were
/// joined into `joined`, `after` the same evaluated from the changed sources: an attribute that the
/// change touches is as the sources have it now, every other one stays as planned.
#[must_use]
pub fn patched(joined: &Configuration, before: &Configuration, after: &Configuration) -> Configuration {
    let (old, new) = (Index::new(before), Index::new(after));
    let mut resources = Vec::new();
    let mut replaced = vec![false; after.resources.len()];
    for planned in &joined.resources {
        let (Some(was), Some(at)) = (old.find(planned), new.position(planned)) else {
            // Either the sources never had it, or they have it no more.
            if old.find(planned).is_none() {
                resources.push(planned.clone());
            }
            continue;
        };
        let Some(is) = after.resources.get(at) else { continue };
        if let Some(slot) = replaced.get_mut(at) {
            *slot = true;
        }
        let mut resource = planned.clone();
        resource.file = is.file;
        resource.block = is.block;
        resource.header = is.header;
        resource.span = is.span;
        resource.values = touched(&planned.values, &was.values, &is.values);
        resources.push(resource);
    }
    let was_there = |resource: &Resource| old.find(resource).is_some();
    let fresh = after
        .resources
        .iter()
        .zip(&replaced)
        .filter(|(resource, replaced)| !**replaced && !was_there(resource));
    resources.extend(fresh.map(|(resource, _)| resource.clone()));
    finish(Configuration { resources, root: joined.root.clone(), ..after.clone() })
}

/// Resources by address, and those that stand for instances that could not be told apart.
struct Index<'c> {
    configuration: &'c Configuration,
    stand_ins: HashMap<Cow<'c, str>, usize>,
}

impl<'c> Index<'c> {
    fn new(configuration: &'c Configuration) -> Self {
        let stands_in = |resource: &Resource| resource.key == Key::Unknown || resource.uncertain.is_some();
        let stand_ins =
            configuration.resources.iter().enumerate().filter(|(_, resource)| stands_in(resource));
        Self {
            configuration,
            stand_ins: stand_ins.map(|(at, resource)| (without_keys(&resource.address), at)).collect(),
        }
    }

    fn position(&self, resource: &Resource) -> Option<usize> {
        let resources = &self.configuration.resources;
        let exact = resources.binary_search_by(|other| other.address.cmp(&resource.address)).ok();
        exact.or_else(|| self.stand_ins.get(&without_keys(&resource.address)).copied())
    }

    fn find(&self, resource: &Resource) -> Option<&'c Resource> {
        self.configuration.resources.get(self.position(resource)?)
    }
}

/// Attributes whose value the plan can't have from these sources. Texts are left out: providers
/// rewrite them.
fn differing<'r>(planned: &'r Resource, source: &'r Resource) -> impl Iterator<Item = &'r str> {
    let entries = planned.values.as_entries().into_iter().flat_map(Entries::iter);
    entries.filter_map(|(name, value)| {
        let evaluated = source.values.get(name)?;
        let plain = matches!(
            (&value.data, &evaluated.data),
            (Data::Bool(_), Data::Bool(_)) | (Data::Number(_), Data::Number(_))
        );
        (plain && ops::equal(value, evaluated) == Some(false)).then_some(&**name)
    })
}

fn join_resource(planned: &Resource, source: &Value, values: bool) -> Value {
    let (Some(plan), Some(entries)) = (planned.values.as_entries(), source.as_entries()) else {
        return planned.values.clone();
    };
    let data = planned.mode == crate::graph::Mode::Data;
    let schema = if data { schema::data(&planned.kind) } else { schema::resource(&planned.kind) };
    let described = |name: &str| {
        schema.as_deref().is_some_and(|it| it.attribute(name).is_some() || it.block(name).is_some())
    };
    let written = |name: &str, value: &Value| !values || entries.get(name).is_some() || !left_open(value);
    let mut pairs: Vec<(Arc<str>, Value)> = plan
        .iter()
        .filter(|(name, value)| written(name, value))
        .map(|(name, value)| {
            let source = entries.get(name).filter(|_| values);
            (Arc::clone(name), source.map_or_else(|| value.clone(), |source| join(value, source, 0)))
        })
        .collect();
    // `lifecycle` and its like are no values of the resource: a plan leaves them out.
    let steering = entries.iter().filter(|(name, _)| plan.get(name).is_none() && !described(name));
    pairs.extend(steering.map(|(name, value)| (Arc::clone(name), value.clone())));
    let mut joined = Value::object(pairs);
    joined.mark = planned.values.mark.clone();
    joined
}

/// Unknown as a whole. Where the sources don't set it, it is left to the provider: nobody chose it, and
/// evaluating the sources finds no such attribute either.
fn left_open(value: &Value) -> bool {
    let lone = value.as_items().filter(|items| items.len() == 1).and_then(<[Value]>::first);
    lone.unwrap_or(value).as_unknown().is_some()
}

fn join(plan: &Value, source: &Value, depth: u32) -> Value {
    let sensitive = plan.mark.sensitive || source.mark.sensitive;
    if depth > MAX_DEPTH {
        return plan.clone();
    }
    let mut value = match (&plan.data, &source.data) {
        (Data::Unknown(planned), Data::Unknown(evaluated)) => {
            let mut unknown = Unknown::clone(evaluated);
            unknown.not_null |= planned.not_null;
            if unknown.refers.is_empty() {
                unknown.refers.clone_from(&planned.refers);
            }
            Value { data: Data::Unknown(Arc::new(unknown)), mark: source.mark.clone() }
        }
        (Data::Sequence(planned), Data::Sequence(evaluated)) => {
            let items = join_items(&planned.items, &evaluated.items, depth);
            Value { mark: source.mark.clone(), ..Value::sequence(planned.kind, items) }
        }
        (Data::Mapping(planned), Data::Mapping(evaluated)) => {
            let written = |name: &str, value: &Value| evaluated.get(name).is_some() || !left_open(value);
            let pairs = planned.iter().filter(|(name, value)| written(name, value)).map(|(name, value)| {
                (Arc::clone(name), evaluated.get(name).map_or(value.clone(), |it| join(value, it, depth + 1)))
            });
            let made = if planned.is_map { Value::map(pairs) } else { Value::object(pairs) };
            Value { mark: source.mark.clone(), ..made }
        }
        _ if ops::equal(plan, source) == Some(true) => {
            Value { data: plan.data.clone(), mark: source.mark.clone() }
        }
        // The plan knows nothing of a set that is partly unknown; the sources know its members.
        (Data::Unknown(_), _) if source.find_unknown().is_some() => source.clone(),
        // Providers keep a digest in place of a long text.
        (Data::String(planned), Data::String(text)) if is_digest(planned, text) => source.clone(),
        // A known text where the sources have a reference to what is known after apply.
        (_, Data::Unknown(evaluated)) => {
            let mut value = plan.clone();
            // A text that holds the name of a region, say, does not name the region.
            let text = matches!(evaluated.partial, Some(Partial::Template(_)));
            if let ([only], None) = (evaluated.refers.as_slice(), &value.mark.reference)
                && !(text && kind_of(&only.address).1)
            {
                value.mark.reference = Some(Arc::new(only.clone()));
            }
            value.mark.origin = value.mark.origin.or(computed(source));
            value
        }
        _ => {
            let mut value = plan.clone();
            value.mark.origin = value.mark.origin.or(computed(source));
            value
        }
    };
    value.mark.sensitive = sensitive;
    value
}

/// Whether `digest` is the SHA-1 of `text` in hexadecimal.
fn is_digest(digest: &str, text: &str) -> bool {
    use sha1::Digest as _;

    let hex = |byte: &u8| format!("{byte:02x}");
    digest.len() == 40 && sha1::Sha1::digest(text).iter().map(hex).collect::<String>() == digest
}

/// The place that decided, which no longer holds the value as it is.
fn computed(source: &Value) -> Option<Origin> {
    source.mark.origin.map(|origin| Origin { literal: false, ..origin })
}

/// The sources' order, so that positions lead to their blocks; elements are matched by what is known.
fn join_items(plan: &[Value], source: &[Value], depth: u32) -> Vec<Value> {
    if plan.len() > MAX_MATCHED || plan.len() != source.len() {
        return plan.to_vec();
    }
    let mut rest: Vec<Option<&Value>> = plan.iter().map(Some).collect();
    let mut items = Vec::with_capacity(plan.len());
    for (at, evaluated) in source.iter().enumerate() {
        let same_place = rest.get(at).copied().flatten().filter(|planned| agree(planned, evaluated, 0));
        let found = same_place.map(|_| at).or_else(|| {
            rest.iter().position(|planned| planned.is_some_and(|planned| agree(planned, evaluated, 0)))
        });
        let Some(planned) = found.and_then(|at| rest.get_mut(at)).and_then(Option::take) else {
            return plan.to_vec();
        };
        items.push(join(planned, evaluated, depth + 1));
    }
    items
}

/// Whether two elements may be the same one: nothing known of both differs.
fn agree(plan: &Value, source: &Value, depth: u32) -> bool {
    if depth > MAX_DEPTH {
        return true;
    }
    match (&plan.data, &source.data) {
        (Data::Unknown(_), _) | (_, Data::Unknown(_) | Data::Null(_)) => true,
        (Data::Mapping(plan), Data::Mapping(source)) => source
            .iter()
            .all(|(name, value)| plan.get(name).is_none_or(|planned| agree(planned, value, depth + 1))),
        (Data::Sequence(plan), Data::Sequence(source)) => plan.items.len() == source.items.len(),
        _ => ops::equal(plan, source) != Some(false),
    }
}

fn touched(planned: &Value, was: &Value, is: &Value) -> Value {
    let (Some(plan), Some(old), Some(new)) = (planned.as_entries(), was.as_entries(), is.as_entries()) else {
        return planned.clone();
    };
    let changed = |name: &str| match (old.get(name), new.get(name)) {
        (None, None) => false,
        (Some(old), Some(new)) => !same(old, new, 0),
        _ => true,
    };
    let kept = plan.iter().filter(|(name, _)| !changed(name));
    let now = new.iter().filter(|(name, _)| changed(name));
    let mut value = Value::object(kept.chain(now).map(|(name, value)| (Arc::clone(name), value.clone())));
    value.mark = planned.mark.clone();
    value
}

/// Whether two values evaluated from the sources are the same, unknown parts included.
fn same(a: &Value, b: &Value, depth: u32) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    match (&a.data, &b.data) {
        (Data::Unknown(a), Data::Unknown(b)) => {
            let alike = match (&a.partial, &b.partial) {
                (None, None) => true,
                (Some(Partial::Either(a, b, _)), Some(Partial::Either(x, y, _))) => {
                    same(a, x, depth + 1) && same(b, y, depth + 1)
                }
                (Some(Partial::List(a)), Some(Partial::List(b))) => {
                    a.sure().len() == b.sure().len()
                        && a.len() == b.len()
                        && a.iter().zip(b.iter()).all(|((a, ..), (b, ..))| same(a, b, depth + 1))
                }
                _ => false,
            };
            alike && a.why == b.why && a.refers == b.refers
        }
        (Data::Sequence(a), Data::Sequence(b)) => {
            a.items.len() == b.items.len() && a.items.iter().zip(&b.items).all(|(a, b)| same(a, b, depth + 1))
        }
        (Data::Mapping(a), Data::Mapping(b)) => {
            a.len() == b.len()
                && a.iter().zip(b.iter()).all(|((x, a), (y, b))| x == y && same(a, b, depth + 1))
        }
        _ => ops::equal(a, b) == Some(true),
    }
}
