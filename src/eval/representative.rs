//! The instance that stands for all of a block whose `count` or `for_each` can't be known.
//!
//! In: what is known of the value. Out: what `count` and `each` are in any instance there is. That there is
//! one says something already: of `var.on ? { a = 1 } : {}` it is the one with `a`.

use std::rc::Rc;
use std::sync::Arc;

use crate::syntax::Declaration;
use crate::syntax::ast::{Document, Expr, NodeId};

use super::module::{Calls, ModuleScope};
use super::ops::{either, equal};
use super::types::type_of;
use super::{Data, Expansion, Number, Partial, Reference, Type, Unknown, Value, Why};

/// How many elements are told apart of which one is meant.
const MAX_MEMBERS: usize = 8;
/// How deep values that are one of two are looked into.
const MAX_DEPTH: usize = 16;
/// The name under which bindings hold the text of `count` or `for_each`. Nobody can write it.
pub(super) const CONDITION: &str = "[*]";

/// What is known of the instance that stands for all.
#[derive(Clone, Debug)]
pub enum Representative {
    /// Of `count`. Where that is one or none: the text of it.
    Count(Option<Arc<str>>),
    /// Of `for_each`: key, value, and the text of it.
    Each(Value, Value, Arc<str>),
}

impl Representative {
    /// One of which nothing is known.
    pub(super) fn any(why: &Why, count: bool) -> Self {
        let key = || Value::unknown_of(Type::String, why.clone());
        if count { Self::Count(None) } else { Self::Each(key(), Value::unknown(why.clone()), "".into()) }
    }

    /// That of a `count`, written at a node, which is not known.
    pub(super) fn of_count(count: &Unknown, doc: &Document, id: NodeId) -> Self {
        let mut counts = Vec::new();
        let one = numbers(count, &mut counts, 0).is_some() && counts.iter().all(|it| *it == Number::Int(1));
        let text = || (!counts.is_empty()).then(|| Arc::from(doc.slice(doc.span(id))));
        Self::Count(if one && is_repeatable(&count.why) { text() } else { None })
    }

    /// That of a `for_each`, written at a node, which is not known.
    pub(super) fn of_each(
        scope: &ModuleScope<'_>,
        unknown: &Unknown,
        whole: &Value,
        doc: &Document,
        id: NodeId,
    ) -> Self {
        let Self::Each(mut key, mut value, mut text) = Self::any(&unknown.why, false) else {
            return Self::Count(None);
        };
        let mut members = Vec::new();
        if members_of(whole, &mut members, 0).is_some() && !members.is_empty() {
            let (keys, values): (Vec<Option<Value>>, Vec<Value>) = members.into_iter().unzip();
            let keys: Option<Vec<Value>> = keys.into_iter().collect();
            key = keys.and_then(|keys| one_of(keys, &unknown.why)).unwrap_or(key);
            value = one_of(values, &unknown.why).unwrap_or(value);
        } else if let Some(outputs) = outputs(scope, doc, id) {
            value = outputs;
        }
        if is_repeatable(&unknown.why) {
            text = doc.slice(doc.span(id)).into();
        }
        let sensitive = whole.mark.sensitive;
        Self::Each(key.sensitive_if(sensitive), value.sensitive_if(sensitive), text)
    }

    /// The names that it binds.
    pub(super) fn bindings(&self, why: &Why) -> Vec<(String, Value)> {
        let condition = |text: &Arc<str>| (CONDITION.to_owned(), Value::from(&**text));
        let count = |index: Value| ("count".to_owned(), Value::object([("index".into(), index)]));
        match self {
            Self::Count(None) => vec![count(Value::unknown_of(Type::Number, why.clone()))],
            Self::Count(Some(text)) => vec![condition(text), count(Value::from(0))],
            Self::Each(key, value, text) => {
                let each = [("key".into(), key.clone()), ("value".into(), value.clone())];
                vec![condition(text), ("each".to_owned(), Value::object(each))]
            }
        }
    }
}

/// What must hold for an instance of a block to exist, from the outermost module: for each `count` or `for_each`
/// that can't be known, the module instance and the text. The same text in the same place comes to the same.
pub fn conditions(scope: &ModuleScope<'_>, declaration: Declaration, of: &Expansion) -> Arc<[Arc<str>]> {
    let Some(why) = of.unknown() else { return Arc::clone(&scope.conditions) };
    let written = ["count", "for_each"].into_iter().find_map(|name| scope.argument(declaration, name));
    let own = match written.filter(|_| is_repeatable(why)) {
        Some((doc, attribute)) => scope.address(doc.slice(doc.span(attribute.expr()))),
        None => format!("{declaration:?}").into(),
    };
    scope.conditions.iter().cloned().chain([own]).collect()
}

/// Whether the same expression comes to the same value elsewhere.
fn is_repeatable(why: &Why) -> bool {
    !matches!(why, Why::Function(_) | Why::Error(_))
}

/// The numbers but zero that an unknown may be; `None` where it may be any.
fn numbers(unknown: &Unknown, into: &mut Vec<Number>, depth: usize) -> Option<()> {
    let Some(Partial::Either(then, otherwise)) = unknown.partial.as_ref().filter(|_| depth < MAX_DEPTH)
    else {
        return None;
    };
    for branch in [then, otherwise] {
        match &branch.data {
            Data::Number(Number::Int(0)) => {}
            Data::Number(number) if into.len() < MAX_MEMBERS => into.push(number.clone()),
            Data::Unknown(unknown) => numbers(unknown, into, depth + 1)?,
            _ => return None,
        }
    }
    Some(())
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
        Data::Unknown(unknown) if stands_for_all(unknown).is_some() => into.push((None, collection.clone())),
        Data::Unknown(unknown) => match &unknown.partial {
            Some(Partial::Either(then, otherwise)) if depth < MAX_DEPTH => {
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
            partial: Some(either(one.clone(), other.clone())?),
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

/// What an unknown is that is a whole resource whose instances can't be known: whose they are, and the
/// values of the one that stands for all.
pub(super) fn stands_for_all(unknown: &Unknown) -> Option<(&Reference, &Value)> {
    let ([of], Some(Partial::Either(one, other))) = (unknown.refers.as_slice(), &unknown.partial) else {
        return None;
    };
    let whole = of.attribute.is_empty() && of.address.ends_with("[*]") && one.is_shared_with(other);
    whole.then_some((of, one))
}

/// What a value is, where it is one whether or not the instance that it is read of is there.
pub fn settled(value: &Value) -> &Value {
    match value.as_unknown().map(|unknown| &unknown.partial) {
        Some(Some(Partial::Either(one, other))) if equal(one, other) == Some(true) => one,
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

/// What bindings hold under a name.
fn bound<'b>(bindings: &'b [(String, Value)], wanted: &str) -> Option<&'b Value> {
    bindings.iter().find(|(name, _)| name == wanted).map(|(_, value)| value)
}

/// Whether what has these bindings exists if and only if the one instance at an address does, such as
/// `aws_x.y[*]`: the same `count` says so of both.
pub(super) fn goes_with(scope: &ModuleScope<'_>, bindings: &[(String, Value)], address: &str) -> bool {
    bound(bindings, "count").is_some() && is_expanded_alike(scope, bindings, address)
}

/// Whether the block of an address has the same `count` or `for_each` as what has these bindings.
fn is_expanded_alike(scope: &ModuleScope<'_>, bindings: &[(String, Value)], address: &str) -> bool {
    let text = bound(bindings, CONDITION).and_then(Value::as_str).filter(|text| !text.is_empty());
    let argument = if bound(bindings, "count").is_some() { "count" } else { "for_each" };
    let written = declared(scope, address).and_then(|it| scope.argument(it, argument));
    written.is_some_and(|(doc, attribute)| Some(doc.slice(doc.span(attribute.expr()))) == text)
}

/// The instance of a module call that a key means, where it exists together with what has these bindings.
pub(super) fn instance_with<'w>(
    scope: &ModuleScope<'w>,
    bindings: &[(String, Value)],
    module: &str,
    key: &Value,
) -> Option<Rc<ModuleScope<'w>>> {
    let own = match bound(bindings, "count") {
        Some(count) => count.get("index"),
        None => bound(bindings, "each")?.get("key"),
    };
    let same = match (own?.as_unknown(), key.as_unknown()) {
        // The very same unknown.
        (Some(own), Some(key)) => Arc::ptr_eq(own, key),
        _ => equal(own?, key) == Some(true),
    };
    let address = format!("{}[*]", scope.address(&format!("module.{module}")));
    if !same || !is_expanded_alike(scope, bindings, &address) {
        return None;
    }
    match &*scope.call_of(module)? {
        Calls::Known(Expansion::Unknown(..), scopes) => scopes.first().cloned(),
        _ => None,
    }
}

/// The block of a module instance whose instance has this address.
fn declared(scope: &ModuleScope<'_>, address: &str) -> Option<Declaration> {
    let address = address.strip_suffix("[*]")?;
    let label = match &*scope.path {
        "" => address,
        path => address.strip_prefix(path)?.strip_prefix('.')?,
    };
    if let Some(name) = label.strip_prefix("module.") {
        return scope.module.calls.get(name).copied();
    }
    let data = label.strip_prefix("data.");
    let (kind, name) = data.unwrap_or(label).split_once('.')?;
    let declared = if data.is_some() { &scope.module.data } else { &scope.module.resources };
    declared.get(&(kind.to_owned(), name.to_owned())).copied()
}
