//! The instance that stands for all of a block whose `count` or `for_each` can't be known.
//!
//! In: what is known of the value. Out: what `count` and `each` are in any instance there is. That there is
//! one says something already: of `var.on ? { a = 1 } : {}` it is the one with `a`.

use std::rc::Rc;
use std::sync::Arc;

use crate::syntax::ast::{Attribute, Document, Expr, NodeId};

use super::bound::Bindings;
use super::condition::{Presence, term};
use super::module::{Calls, ModuleScope};
use super::ops::{either, equal};
use super::types::type_of;
use super::{Condition, Data, Expansion, Partial, Reference, Scope as _, Type, Unknown, Value, Why};

/// How many elements are told apart of which one is meant.
const MAX_MEMBERS: usize = 8;
/// How deep values that are one of two are looked into.
const MAX_DEPTH: usize = 16;

/// What is known of the instance that stands for all.
#[derive(Clone, Debug)]
pub struct Representative {
    /// Of `for_each`: key and value.
    each: Option<(Value, Value)>,
    /// When there are any.
    pub(super) presence: Arc<Presence>,
}

impl Representative {
    /// One of which nothing is known but the block's address.
    pub(super) fn any(why: &Why, count: bool, address: &str) -> Self {
        let key = || Value::unknown_of(Type::String, why.clone());
        let each = (!count).then(|| (key(), Value::unknown(why.clone())));
        Self { each, presence: Arc::new(Presence::unknown(address.into())) }
    }

    /// That of a `count` or `for_each` which is not known: its value and where it is written.
    pub(super) fn of(
        scope: &ModuleScope<'_>,
        address: &str,
        whole: &Value,
        why: &Why,
        (doc, attribute): (&Document, Attribute<'_>),
    ) -> Self {
        let mut one = Self::any(why, attribute.name() == "count", address);
        let expansion = term(scope, doc, attribute.expr()).unwrap_or_else(|| address.into());
        one.presence = Arc::new(Presence::of(expansion, whole));
        if let Some((key, mut value)) = one.each.take() {
            // The members of a set are their own keys.
            if whole.as_unknown().is_some_and(|unknown| matches!(unknown.ty, Type::Set(_))) {
                value = key.clone();
            }
            let mut members = Vec::new();
            let known = members_of(whole, &mut members, 0).is_some() && !members.is_empty();
            let (found_key, found_value) = if known {
                let (keys, values): (Vec<Option<Value>>, Vec<Value>) = members.into_iter().unzip();
                let keys: Option<Vec<Value>> = keys.into_iter().collect();
                (keys.and_then(|keys| one_of(keys, why)), one_of(values, why))
            } else {
                (None, outputs(scope, doc, attribute.expr()))
            };
            let sensitive = whole.mark.sensitive;
            let [key, value] = [found_key.unwrap_or(key), found_value.unwrap_or(value)]
                .map(|value| value.sensitive_if(sensitive));
            one.each = Some((key, value));
        }
        one
    }

    /// The names that it binds.
    pub(super) fn bindings(&self, why: &Why) -> Bindings {
        let mut bindings = match &self.each {
            Some((key, value)) => {
                let each = [("key".into(), key.clone()), ("value".into(), value.clone())];
                Bindings::of("each", Value::object(each))
            }
            None => {
                let open = || Value::unknown_of(Type::Number, why.clone());
                let index = if self.presence.is_single { Value::from(0) } else { open() };
                Bindings::of("count", Value::object([("index".into(), index)]))
            }
        };
        bindings.presence = Some(Arc::clone(&self.presence));
        bindings
    }
}

/// The keys and values that elements of a collection may have; `None` where they may be any.
fn members_of(collection: &Value, into: &mut Vec<(Option<Value>, Value)>, depth: usize) -> Option<()> {
    let marked = |value: &Value| value.clone().sensitive_if(collection.mark.sensitive);
    match &collection.data {
        Data::Mapping(entries) => {
            into.extend(entries.iter().map(|(key, value)| (Some(Value::from(&**key)), marked(value))));
        }
        Data::Sequence(sequence) => {
            for item in &sequence.items {
                item.as_str()?;
                into.push((Some(marked(item)), marked(item)));
            }
        }
        Data::Unknown(unknown) if stands_for_all(unknown).is_some() => {
            into.push((None, each_of(unknown, collection)));
        }
        Data::Unknown(unknown) => match &unknown.partial {
            Some(Partial::Either(then, otherwise, _)) if depth < MAX_DEPTH => {
                members_of(then, into, depth + 1)?;
                members_of(otherwise, into, depth + 1)?;
            }
            _ => return None,
        },
        _ => return None,
    }
    (into.len() <= MAX_MEMBERS).then_some(())
}

/// A value that is one of these.
fn one_of(values: Vec<Value>, why: &Why) -> Option<Value> {
    let mut values = values.into_iter();
    let first = values.next()?;
    values.try_fold(first, |one, other| {
        if is_same(&one, &other) {
            return Some(one);
        }
        let set = |value: &Value| value.as_unknown().map_or(!value.is_null(), |unknown| unknown.not_null);
        let ty = type_of(&one);
        let either = Unknown {
            made: false,
            ty: if ty == type_of(&other) { ty } else { Type::Any },
            why: why.clone(),
            refers: one.references().iter().chain(other.references()).cloned().collect(),
            not_null: set(&one) && set(&other),
            partial: Some(either(one.clone(), other.clone(), None)?),
        };
        let sensitive = one.mark.sensitive || other.mark.sensitive;
        Some(Value::from(Data::Unknown(Arc::new(either))).sensitive_if(sensitive))
    })
}

/// Whether two values are equal, or the same attribute of one resource.
fn is_same(one: &Value, other: &Value) -> bool {
    let plain = |unknown: &Unknown| unknown.partial.is_none() && unknown.refers.len() == 1;
    match (one.as_unknown(), other.as_unknown()) {
        (Some(a), Some(b)) => plain(a) && plain(b) && a.refers == b.refers && a.why == b.why && a.ty == b.ty,
        _ => equal(one, other) == Some(true) && one.references() == other.references(),
    }
}

/// The instance that stands for all, where each of them is meant, and not any.
pub(super) fn each_of(unknown: &Unknown, whole: &Value) -> Value {
    let refers = unknown.refers.iter().map(|of| Reference { any: false, ..of.clone() }).collect();
    let each = Unknown { refers, ..unknown.clone() };
    Value { data: Data::Unknown(Arc::new(each)), mark: whole.mark.clone() }
}

/// What an unknown is that is a whole resource whose instances can't be known: whose they are, and the
/// values of the one that stands for all.
pub(super) fn stands_for_all(unknown: &Unknown) -> Option<(&Reference, &Value)> {
    let ([of], Some(Partial::Either(one, other, _))) = (unknown.refers.as_slice(), &unknown.partial) else {
        return None;
    };
    let whole = of.attribute.is_empty() && of.address.ends_with("[*]") && one.is_shared_with(other);
    whole.then_some((of, one))
}

/// When a whole resource that [`stands_for_all`] has an instance, where it has no more than one.
pub(super) fn only_when(unknown: &Unknown) -> Option<&Arc<Condition>> {
    match &unknown.partial {
        Some(Partial::Either(_, _, when)) => when.as_ref(),
        _ => None,
    }
}

/// What a value is, where it is one whether or not the instance that it is read of is there.
pub fn settled(value: &Value) -> &Value {
    match value.as_unknown().map(|unknown| &unknown.partial) {
        Some(Some(Partial::Either(one, other, _))) if equal(one, other) == Some(true) => one,
        _ => value,
    }
}

/// The outputs of any instance of the module call that an expression names, `module.NAME`, where its
/// instances can't be known.
fn outputs(scope: &ModuleScope<'_>, doc: &Document, id: NodeId) -> Option<Value> {
    let Expr::GetAttr { base, name } = doc.expr(id) else { return None };
    let Expr::Variable("module") = doc.expr(base) else { return None };
    let calls = scope.call_of(name)?;
    let Calls::Known(Expansion::Unknown(..), scopes) = &*calls else { return None };
    Some(scopes.first()?.outputs())
}

/// Whether the instance at an address such as `aws_x.y[*]` exists wherever what has these bindings does. A key, where
/// one is given, has to be its key for sure; else it has to be the only one.
pub(super) fn is_there(scope: &ModuleScope<'_>, own: &Bindings, address: &str, key: Option<&Value>) -> bool {
    let Some((why, other)) = representative(scope, address) else { return false };
    let alike = own.presence.as_ref().is_some_and(|own| own.expansion == other.presence.expansion);
    if key.is_some_and(|key| alike && is_own_key(own, key)) {
        return true;
    }
    let known = |asked: &Condition| {
        let own = own.presence.as_ref().and_then(|presence| presence.known(asked));
        own.or_else(|| scope.known(asked))
    };
    let asked = || Condition::is_there(&address.into());
    other.presence.is_single
        && key.is_none_or(|key| is_own_key(&other.bindings(&why), key))
        && (alike || other.presence.decided(&known) == Some(true) || known(&asked()) == Some(true))
}

/// Whether a key is that of the instance at an address, whether or not that is there.
pub(super) fn is_key_of(scope: &ModuleScope<'_>, own: &Bindings, address: &str, key: &Value) -> bool {
    let Some((why, other)) = representative(scope, address) else { return false };
    let alike = own.presence.as_ref().is_some_and(|own| own.expansion == other.presence.expansion);
    alike && is_own_key(own, key) || other.presence.is_single && is_own_key(&other.bindings(&why), key)
}

/// Whether a key is the one of the instance that has these bindings.
fn is_own_key(own: &Bindings, key: &Value) -> bool {
    let index = own.get("count").and_then(|count| count.get("index"));
    let own = index.or_else(|| own.get("each").and_then(|each| each.get("key")));
    match (own.and_then(Value::as_unknown), key.as_unknown()) {
        // The very same unknown.
        (Some(own), Some(key)) => Arc::ptr_eq(own, key),
        _ => own.is_some_and(|own| equal(own, key) == Some(true)),
    }
}

/// The instance of a module call that a key means, where it exists together with what has these bindings.
pub(super) fn instance_of<'w>(
    scope: &ModuleScope<'w>,
    own: &Bindings,
    module: &str,
    key: &Value,
) -> Option<Rc<ModuleScope<'w>>> {
    match &*scope.call_of(module)? {
        Calls::Known(Expansion::Unknown(_, one), scopes) => {
            let alike = own.presence.as_ref()?.expansion == one.presence.expansion;
            scopes.first().filter(|_| alike && is_own_key(own, key)).cloned()
        }
        _ => None,
    }
}

/// What is known of the instances of the block of a module instance that has this address, and why not more.
fn representative(scope: &ModuleScope<'_>, address: &str) -> Option<(Why, Representative)> {
    let address = address.strip_suffix("[*]")?;
    let label = match &*scope.path {
        "" => address,
        path => address.strip_prefix(path)?.strip_prefix('.')?,
    };
    let data = label.strip_prefix("data.");
    let (kind, name) = data.unwrap_or(label).split_once('.')?;
    let declared = if data.is_some() { &scope.module.data } else { &scope.module.resources };
    if !declared.contains_key(&(kind.to_owned(), name.to_owned())) {
        return None;
    }
    match &scope.resource(data.is_some(), kind, name).ok()?.expansion {
        Expansion::Unknown(why, one) => Some((why.clone(), one.clone())),
        _ => None,
    }
}
