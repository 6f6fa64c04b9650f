//! Operations on sets.

use crate::eval::{EvalError, SequenceKind, Type, Value, convert, ops};

use super::shape::{Shape, shape, take};
use super::{Function, MAX_ELEMENTS, any_unknown, first_unknown, items, sensitive, too_many};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "setintersection" => {
            |args| set_operation(args, |a, b| b.iter().any(|other| ops::equal(a, other) == Some(true)))
        }
        "setsubtract" => {
            |args| set_operation(args, |a, b| !b.iter().any(|other| ops::equal(a, other) == Some(true)))
        }
        "setunion" => setunion,
        "setproduct" => setproduct,
        _ => return None,
    })
}

fn set(values: Vec<Value>) -> Value {
    Value::sequence(SequenceKind::Set, convert::distinct_sorted(values))
}

/// The elements of all arguments, of one type between them: `setsubtract([1], ["1"])` is empty.
fn all(args: &[Value]) -> Result<Vec<Value>, EvalError> {
    let mut all = Vec::new();
    for at in 0..args.len() {
        all.extend_from_slice(items(args, at)?);
    }
    if all.len() > MAX_ELEMENTS {
        return Err(too_many(all.len()));
    }
    convert::same_type(&all)
}

fn set_operation(args: &[Value], keep: fn(&Value, &[Value]) -> bool) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::Set(Box::default())) {
        return Ok(unknown);
    }
    let mut all = all(args)?.into_iter();
    let mut kept: Vec<Value> = all.by_ref().take(items(args, 0)?.len()).collect();
    for at in 1..args.len() {
        let other: Vec<Value> = all.by_ref().take(items(args, at)?.len()).collect();
        kept.retain(|item| keep(item, &other));
    }
    Ok(set(kept))
}

fn setunion(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = first_unknown(args, &Type::Set(Box::default())) {
        return Ok(unknown);
    }
    all(args).map(set)
}

/// A set where any argument is one, otherwise a list.
fn setproduct(args: &[Value]) -> Result<Value, EvalError> {
    if args.len() < 2 {
        return Err(EvalError::new("at least two collections are needed"));
    }
    let mut kind = SequenceKind::List;
    for at in 0..args.len() {
        if shape(take(args, at, &[Shape::List, Shape::Tuple, Shape::Set])?) == Shape::Set {
            kind = SequenceKind::Set;
        }
    }
    if let Some(unknown) = first_unknown(args, &Type::Any) {
        return Ok(unknown);
    }
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for at in 0..args.len() {
        let list = convert::same_type(items(args, at)?)?;
        if rows.len().saturating_mul(list.len()) > MAX_ELEMENTS {
            return Err(too_many(rows.len().saturating_mul(list.len())));
        }
        rows = rows
            .iter()
            .flat_map(|row| list.iter().map(|item| row.iter().cloned().chain([item.clone()]).collect()))
            .collect();
    }
    let rows: Vec<Value> = rows.into_iter().map(Value::tuple).collect();
    let rows = if kind == SequenceKind::Set { convert::distinct_sorted(rows) } else { rows };
    Ok(Value::sequence(kind, rows).sensitive_if(sensitive(args)))
}
