//! Maps and objects.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::eval::representative::stands_for_all;
use crate::eval::types::{converts, type_of};
use crate::eval::{Data, Entries, EvalError, Partial, SequenceKind, Type, Value, convert, ops};

use super::shape::{Shape, is_bare_null, shape, take};
use super::{Function, any_unknown, argument, first_unknown, items, sensitive, text, unknown_of};

/// How many maps that are one of two are told apart in one `merge`.
const MAX_CHOICES: usize = 3;
const MAPS: &[Shape] = &[Shape::Map, Shape::Object];

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "keys" => keys,
        "lookup" => lookup,
        "merge" => merge,
        "transpose" => transpose,
        "values" => values,
        "zipmap" => zipmap,
        _ => return None,
    })
}

fn entries(args: &[Value], at: usize) -> Result<&Entries, EvalError> {
    let value = argument(args, at)?;
    value.as_entries().ok_or_else(|| {
        EvalError::new(format!("argument {} must be a map, not {}", at + 1, convert::kind_of(value)))
    })
}

/// A map's keys are a list, an object's attribute names a tuple.
fn keys(args: &[Value]) -> Result<Value, EvalError> {
    let kind = kind_for(take(args, 0, MAPS)?);
    if let Some(unknown) = first_unknown(args, &Type::Any) {
        return Ok(unknown);
    }
    let keys = entries(args, 0)?.iter().map(|(key, _)| Data::String(key.clone()).into()).collect();
    Ok(Value::sequence(kind, keys).sensitive_if(sensitive(args)))
}

fn values(args: &[Value]) -> Result<Value, EvalError> {
    let kind = kind_for(take(args, 0, MAPS)?);
    if let Some(unknown) = first_unknown(args, &Type::Any) {
        return Ok(unknown);
    }
    let values = entries(args, 0)?.iter().map(|(_, value)| value.clone()).collect();
    Ok(Value::sequence(kind, values).sensitive_if(sensitive(args)))
}

fn kind_for(map: &Value) -> SequenceKind {
    if shape(map) == Shape::Map { SequenceKind::List } else { SequenceKind::Tuple }
}

fn lookup(args: &[Value]) -> Result<Value, EvalError> {
    if args.len() > 3 {
        return Err(EvalError::new("two or three arguments are needed"));
    }
    let map = take(args, 0, MAPS)?;
    let hidden = args.iter().take(2).any(|arg| arg.mark.sensitive);
    // A map's default has the type of its elements.
    let of = match (&map.data, args.get(2)) {
        (Data::Mapping(entries), Some(default)) if entries.is_map && map.mark.reference.is_none() => {
            let Type::Map(of) = type_of(map) else { return Err(EvalError::new("a map is needed")) };
            if !default_fits(&type_of(default), &of) {
                return Err(EvalError::new("the default must have the type of the map's elements"));
            }
            *of
        }
        _ => Type::Any,
    };
    if args.iter().take(2).any(|arg| arg.as_unknown().is_some()) {
        let found = unknown_of(&Type::Any, args);
        return Ok(if args.get(2).is_some_and(Value::is_null) { found.or_null() } else { found });
    }
    let key = text(args, 1)?;
    match (entries(args, 0)?.get(key), args.get(2)) {
        (Some(value), _) => Ok(value.clone().sensitive_if(hidden)),
        (None, Some(default)) => convert::convert(default, &of).map(|value| value.sensitive_if(hidden)),
        (None, None) => Err(EvalError::new(format!("the map has no key {key:?}"))),
    }
}

fn default_fits(default: &Type, of: &Type) -> bool {
    // Texts are not taken for numbers here: the types must agree before any value is looked at.
    !matches!((default, of), (Type::String, Type::Number | Type::Bool)) && converts(default, of)
}

fn merge(args: &[Value]) -> Result<Value, EvalError> {
    merge_within(args, MAX_CHOICES)
}

/// Merges; of arguments that are one of two, up to a number are told apart.
fn merge_within(args: &[Value], choices: usize) -> Result<Value, EvalError> {
    let mut all_maps = !args.is_empty();
    for at in 0..args.len() {
        let arg = argument(args, at)?;
        if is_bare_null(arg) {
            all_maps = false;
        } else {
            all_maps &= shape(take(args, at, MAPS)?) == Shape::Map && !arg.is_null();
        }
    }
    if let Some(unknown) = first_unknown(args, &Type::Any) {
        let known = choices.checked_sub(1).and_then(|choices| whichever(args, choices));
        return Ok(unknown.with_partial(known));
    }
    let mut pairs: Vec<(Arc<str>, Value)> = Vec::new();
    let mut of: Option<Type> = None;
    for (at, arg) in args.iter().enumerate().filter(|(_, arg)| !arg.is_null()) {
        if all_maps {
            let ty = type_of(arg);
            all_maps = of.replace(ty.clone()).is_none_or(|of| of == ty);
        }
        pairs.extend(entries(args, at)?.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
    // Maps of one type make such a map.
    let merged = if all_maps { Value::map(pairs) } else { Value::object(pairs) };
    Ok(merged.sensitive_if(sensitive(args)))
}

/// What maps come to of which one is one of two.
fn whichever(args: &[Value], choices: usize) -> Option<Partial> {
    let (at, then, otherwise, when) = args.iter().enumerate().find_map(|(at, arg)| {
        let unknown = arg.as_unknown().filter(|unknown| stands_for_all(unknown).is_none())?;
        let Some(Partial::Either(then, otherwise, when)) = &unknown.partial else { return None };
        Some((at, then, otherwise, when))
    })?;
    let with = |branch: &Value| {
        let mut args = args.to_vec();
        let place = args.get_mut(at)?;
        *place = branch.clone().sensitive_if(place.mark.sensitive);
        merge_within(&args, choices).ok()
    };
    ops::either(with(then)?, with(otherwise)?, when.clone())
}

fn transpose(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::Map(Box::new(Type::List(Box::new(Type::String))))) {
        return Ok(unknown);
    }
    let mut turned: BTreeMap<Arc<str>, Vec<Value>> = BTreeMap::new();
    for (key, list) in entries(args, 0)?.iter() {
        let list = list.as_items().ok_or_else(|| EvalError::new("a list in the map must not be null"))?;
        for item in list {
            let Data::String(item) = &item.data else {
                return Err(EvalError::new("a text in the map must not be null"));
            };
            turned.entry(item.clone()).or_default().push(Data::String(key.clone()).into());
        }
    }
    Ok(Value::map(turned.into_iter().map(|(key, list)| (key, Value::list(list)))))
}

fn zipmap(args: &[Value]) -> Result<Value, EvalError> {
    let map = shape(take(args, 1, &[Shape::List, Shape::Tuple])?) == Shape::List;
    if let Some(unknown) = first_unknown(args, &Type::Any) {
        return Ok(unknown);
    }
    let (keys, values) = (items(args, 0)?, items(args, 1)?);
    if keys.len() != values.len() {
        return Err(EvalError::new("there must be as many keys as values"));
    }
    if keys.iter().any(|key| key.find_unknown().is_some()) {
        return Ok(unknown_of(&Type::Any, args));
    }
    let mut hidden = sensitive(args);
    let mut pairs = Vec::with_capacity(keys.len());
    for (key, value) in keys.iter().zip(values) {
        hidden |= key.mark.sensitive;
        let Data::String(key) = &key.data else { return Err(EvalError::new("a key must not be null")) };
        pairs.push((key.clone(), value.clone()));
    }
    Ok(if map { Value::map(pairs) } else { Value::object(pairs) }.sensitive_if(hidden))
}
