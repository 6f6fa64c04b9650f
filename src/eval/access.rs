//! Attributes, indexes and members of values, known and unknown.

use std::sync::Arc;

use super::provided::{
    absent, absent_within, computed, identified, is_single, kind_of, not_written, same_as, within,
};
use super::representative::stands_for_all;
use super::{
    Condition, Data, EvalError, Number, Partial, Reference, SequenceKind, Type, Unknown, Value, convert, ops,
};

/// `value.name`. In rules mode (`lenient`) what is missing is null.
pub fn attribute(value: &Value, name: &str, lenient: bool) -> Result<Value, EvalError> {
    match &value.data {
        Data::Mapping(entries) => {
            let of = value.mark.reference.as_deref();
            match (entries.get(name), of) {
                (Some(found), Some(resource))
                    if !lenient && resource.attribute.is_empty() && not_written(found, resource, name) =>
                {
                    Ok(absent(resource, name).sensitive_if(found.mark.sensitive || value.mark.sensitive))
                }
                (Some(found), of) => {
                    let found = found.clone().sensitive_if(value.mark.sensitive);
                    Ok(match of {
                        Some(resource) if resource.attribute.is_empty() => identified(found, resource, name),
                        Some(of) if !lenient && matches!(found.data, Data::Sequence(_)) => {
                            within(found, of, &format!("{}.{name}", of.attribute))
                        }
                        _ => found,
                    })
                }
                (None, Some(resource)) if resource.attribute.is_empty() => {
                    Ok(match same_as(resource, name) {
                        Some(other) => entries.get(other).filter(|found| !found.is_null()).map_or_else(
                            || absent(resource, name),
                            |found| {
                                identified(found.clone().sensitive_if(value.mark.sensitive), resource, name)
                            },
                        ),
                        None => absent(resource, name),
                    })
                }
                (None, _) if lenient => Ok(Value::NULL),
                (None, Some(of)) if of.attribute.ends_with("[]") => absent_within(of, name),
                (None, _) => Err(EvalError::new(format!("the object has no attribute {name:?}"))),
            }
        }
        Data::Unknown(unknown) if !lenient && without_attributes(&unknown.ty, name) => {
            Err(EvalError::new(format!("this value has no attribute {name:?}")))
        }
        Data::Unknown(unknown) => {
            let mut part = unknown_attribute(unknown, name).sensitive_if(value.mark.sensitive);
            // Of what was made of whole resources, it is made of that attribute of theirs.
            if let Data::Unknown(part) = &mut part.data
                && part.made
                && part.refers.iter().any(|of| of.attribute.is_empty())
            {
                let named = |of: &Reference| match &*of.attribute {
                    "" => of.attribute(name),
                    _ => of.clone(),
                };
                let part = Arc::make_mut(part);
                part.refers = part.refers.iter().map(named).collect();
            }
            Ok(part)
        }
        Data::Null(_) if lenient => Ok(Value::NULL),
        Data::Null(_) => Err(EvalError::new(format!("{name:?} is read from a value that is null"))),
        Data::Sequence(_) if name.bytes().all(|byte| byte.is_ascii_digit()) => {
            index(value, &Value::from(name), lenient)
        }
        Data::Sequence(sequence) if !lenient && is_single(value) && sequence.items.len() == 1 => {
            let only = sequence.items.first().unwrap_or(&Value::NULL);
            Ok(attribute(only, name, false)?.sensitive_if(value.mark.sensitive))
        }
        // The oldest spelling of a splat: `aws_x.list.attribute` on a single nested block.
        _ if lenient => Ok(Value::NULL),
        _ => Err(EvalError::new(format!("this value has no attribute {name:?}"))),
    }
}

/// Whether no value of the type has such an attribute.
fn without_attributes(ty: &Type, name: &str) -> bool {
    let digits = name.bytes().all(|byte| byte.is_ascii_digit());
    matches!(ty, Type::Bool | Type::Number | Type::String)
        || (!digits && matches!(ty, Type::List(_) | Type::Set(_) | Type::Tuple(_)))
}

/// An attribute of an instance that nobody knows to be there: if it is, it is the one that stands for
/// all. Its value is told as what is known of an unknown, so that nothing takes it for certain.
fn of_instance(unknown: &Unknown, resource: &Reference, name: &str) -> Value {
    let (_, data) = kind_of(&resource.address);
    let plain = || computed(resource, name, Type::Any, data);
    let Some(Partial::Either(one, _, _)) = &unknown.partial else { return plain() };
    let Ok(found) = attribute(one, name, false) else { return plain() };
    if found.as_unknown().is_some() {
        return if resource.any { of_any(found, Some(&resource.address)) } else { found };
    }
    if found.is_null() {
        return plain();
    }
    let there = Some(Arc::new(Condition::is_there(&resource.address)));
    let partial = ops::either(found.clone(), found.clone(), there);
    if partial.is_none() {
        return plain();
    }
    let refers = vec![resource.attribute(name)];
    let ty = super::types::type_of(&found);
    let known = Unknown { ty, why: unknown.why.clone(), refers, made: false, not_null: true, partial };
    Value::from(Data::Unknown(Arc::new(known))).sensitive_if(found.mark.sensitive)
}

/// What is read of any instance of a block, that of an address or of every one, where it is an attribute of the one
/// that stands for all.
fn of_any(mut value: Value, address: Option<&Arc<str>>) -> Value {
    let any = |of: &Reference| {
        let named = address.map_or_else(|| of.address.contains("[*]"), |address| of.address == *address);
        Reference { any: of.any || named, ..of.clone() }
    };
    if let Data::Unknown(unknown) = &mut value.data {
        let unknown = Arc::make_mut(unknown);
        unknown.refers = unknown.refers.iter().map(any).collect();
    }
    value.mark.reference = value.mark.reference.map(|of| Arc::new(any(&of)));
    value
}

/// The resource that an unknown is as a whole, and not something that was made of it.
fn whole_resource(unknown: &Unknown) -> Option<&Reference> {
    let [resource] = unknown.refers.as_slice() else { return None };
    let itself = unknown.partial.is_none() || stands_for_all(unknown).is_some();
    (resource.attribute.is_empty() && !unknown.made && itself).then_some(resource)
}

fn unknown_attribute(unknown: &Unknown, name: &str) -> Value {
    if let Some(resource) = whole_resource(unknown) {
        return of_instance(unknown, resource, name);
    }
    let mut part = unknown.clone();
    part.ty = match &unknown.ty {
        Type::Object(attributes) => attributes
            .iter()
            .find(|(attribute, _, _)| &**attribute == name)
            .map_or(Type::Any, |(_, ty, _)| ty.clone()),
        Type::Map(ty) => (**ty).clone(),
        _ => Type::Any,
    };
    part.partial = match &unknown.partial {
        Some(Partial::Either(then, otherwise, when)) => {
            let inner = [then, otherwise].map(|branch| attribute(branch, name, true).ok());
            let [then, otherwise] = inner;
            let read = then.zip(otherwise);
            let refers = read.iter().flat_map(|(a, b)| a.references().iter().chain(b.references()));
            part.refers = refers.cloned().collect();
            read.and_then(|(then, otherwise)| ops::either(then, otherwise, when.clone()))
        }
        _ => None,
    };
    part.not_null = unknown.not_null && !unknown.made && !unknown.refers.is_empty() && part.partial.is_none();
    Data::Unknown(Arc::new(part)).into()
}

/// `value[key]`. In rules mode (`lenient`) what is missing is null.
pub fn index(value: &Value, key: &Value, lenient: bool) -> Result<Value, EvalError> {
    let found = element(value, key, lenient)?;
    // A nested block knows whose it is, so that what it does not set can be told from what nobody has.
    match value.mark.reference.as_deref() {
        Some(of) if !lenient && !of.attribute.is_empty() && matches!(found.data, Data::Mapping(_)) => {
            Ok(within(found, of, &format!("{}[]", of.attribute)))
        }
        _ => Ok(found),
    }
}

fn element(value: &Value, key: &Value, lenient: bool) -> Result<Value, EvalError> {
    let sensitive = value.mark.sensitive || key.mark.sensitive;
    let set = matches!(&value.data, Data::Sequence(sequence) if sequence.kind == SequenceKind::Set);
    match (&value.data, &key.data) {
        (_, Data::Null(_)) if !lenient => Err(EvalError::new("an index must not be null")),
        (Data::Unknown(unknown), _)
            if !lenient
                && matches!(unknown.ty, Type::List(_) | Type::Tuple(_))
                && convert::convert(key, &Type::Number).is_err() =>
        {
            Err(EvalError::new("a list's index must be a number"))
        }
        (Data::Unknown(unknown), _)
            if !lenient && matches!(unknown.ty, Type::Bool | Type::Number | Type::String) =>
        {
            Err(EvalError::new("this value has no elements"))
        }
        (Data::Unknown(unknown), _) if value.as_open().is_some() => {
            let at = key.as_number().and_then(Number::as_i64).and_then(|at| usize::try_from(at).ok());
            let known = value.as_open().zip(at).and_then(|(open, at)| open.at(at));
            let member = || {
                let refers = unknown.refers.clone();
                let why = unknown.why.clone();
                let member =
                    Unknown { ty: Type::Any, why, refers, made: true, not_null: false, partial: None };
                Data::Unknown(Arc::new(member)).into()
            };
            // Of a list of which all elements are alike, it is one of those, or it is refused.
            let alike = || match value.as_open().map(|open| (open.sure(), open.maybe())) {
                Some(([], [item])) if !lenient => Some(of_any(item.clone(), None)),
                _ => None,
            };
            Ok(known.cloned().or_else(alike).unwrap_or_else(member).sensitive_if(sensitive))
        }
        (Data::Unknown(unknown), _) => {
            let part = if whole_resource(unknown).is_some() {
                value.clone()
            } else if let Some(name) = key.as_str() {
                unknown_attribute(unknown, name)
            } else {
                let mut part = Unknown::clone(unknown);
                // One of those that a list has of each instance.
                part.refers.iter_mut().for_each(|of| of.any |= of.address.contains("[*]"));
                part.ty = match &unknown.ty {
                    Type::List(ty) | Type::Set(ty) | Type::Map(ty) => (**ty).clone(),
                    _ => Type::Any,
                };
                part.partial = match &unknown.partial {
                    Some(Partial::Either(then, otherwise, when)) => {
                        let [then, otherwise] =
                            [then, otherwise].map(|list| element(list, key, lenient).ok());
                        let both = then.zip(otherwise);
                        both.and_then(|(then, otherwise)| ops::either(then, otherwise, when.clone()))
                    }
                    _ => None,
                };
                part.not_null =
                    unknown.not_null && !unknown.made && !unknown.refers.is_empty() && part.partial.is_none();
                Data::Unknown(Arc::new(part)).into()
            };
            Ok(part.sensitive_if(sensitive))
        }
        (Data::Sequence(_) | Data::Mapping(_), Data::Unknown(unknown)) if !set || lenient => {
            let member = Unknown { not_null: false, ty: Type::Any, partial: None, ..Unknown::clone(unknown) };
            Ok(Value::from(Data::Unknown(Arc::new(member))).sensitive_if(sensitive))
        }
        (Data::Null(_), _) | (_, Data::Null(_)) if lenient => Ok(Value::NULL),
        (Data::Null(_), _) => Err(EvalError::new("an index into a value that is null")),
        // The elements of a set have no order.
        (Data::Sequence(sequence), _) if sequence.kind == SequenceKind::Set && !lenient => {
            Err(EvalError::new("a set has no indexes"))
        }
        (Data::Sequence(sequence), _) => {
            let number = convert::convert(key, &Type::Number)?;
            let at = number.as_number().and_then(Number::as_i64).and_then(|at| usize::try_from(at).ok());
            match at.and_then(|at| sequence.items.get(at)) {
                Some(item) => Ok(item.clone().sensitive_if(sensitive)),
                None if lenient => Ok(Value::NULL),
                None => Err(EvalError::new(format!(
                    "the index is outside the list, which has {} elements",
                    sequence.items.len()
                ))),
            }
        }
        (Data::Mapping(_), _) => {
            let text = convert::to_text(key)?;
            match text.as_str() {
                Some(name) => attribute(value, name, lenient).map(|found| found.sensitive_if(sensitive)),
                None => Err(EvalError::new("an object's key must be a string")),
            }
        }
        _ if lenient => Ok(Value::NULL),
        _ => Err(EvalError::new("this value has no elements")),
    }
}

/// Keys and values that a `for` walks over; the inner error is the unknown collection.
pub fn each_item(
    collection: &Value,
    lenient: bool,
) -> Result<Result<Vec<(Value, Value)>, Arc<Unknown>>, EvalError> {
    let sensitive = collection.mark.sensitive;
    if let Some(unknown) = collection.open_member() {
        return Ok(Err(unknown.clone()));
    }
    Ok(Ok(match &collection.data {
        Data::Unknown(unknown) if matches!(unknown.ty, Type::Bool | Type::Number | Type::String) => {
            return Err(EvalError::new("a for expression needs a list, set, map or object"));
        }
        Data::Unknown(unknown) => return Ok(Err(unknown.clone())),
        Data::Null(_) if lenient => Vec::new(),
        Data::Sequence(sequence) => {
            let set = sequence.kind == super::SequenceKind::Set;
            let key = |at: usize, item: &Value| {
                if set { item.clone() } else { Value::from(i64::try_from(at).unwrap_or(i64::MAX)) }
            };
            sequence
                .items
                .iter()
                .enumerate()
                .map(|(at, item)| (key(at, item), item.clone().sensitive_if(sensitive)))
                .collect()
        }
        Data::Mapping(entries) => entries
            .iter()
            .map(|(key, value)| (Value::from(&**key), value.clone().sensitive_if(sensitive)))
            .collect(),
        _ => return Err(EvalError::new("a for expression needs a list, set, map or object")),
    }))
}
