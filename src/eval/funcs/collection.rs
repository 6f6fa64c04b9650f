//! Lists, sets, maps and objects.

use std::sync::Arc;

use crate::eval::{Data, Entries, EvalError, Number, SequenceKind, Type, Value, convert, ops};

use super::{
    Function, MAX_ELEMENTS, any_unknown, argument, first_unknown, items, sensitive, strings, text, too_many,
};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "alltrue" => |args| quantified(args, false),
        "anytrue" => |args| quantified(args, true),
        "chunklist" => chunklist,
        "coalesce" => coalesce,
        "coalescelist" => coalescelist,
        "compact" => compact,
        "concat" => concat,
        "contains" => contains,
        "distinct" => distinct,
        "element" => element,
        "flatten" => flatten,
        "index" => index,
        "keys" => keys,
        "length" => length,
        "list" | "tuple" => |args| Ok(Value::tuple(args.to_vec())),
        "lookup" => lookup,
        "matchkeys" => matchkeys,
        "merge" => merge,
        "one" => one,
        "reverse" => reverse,
        "setintersection" => {
            |args| set_operation(args, |a, b| b.iter().any(|other| ops::equal(a, other) == Some(true)))
        }
        "setsubtract" => {
            |args| set_operation(args, |a, b| !b.iter().any(|other| ops::equal(a, other) == Some(true)))
        }
        "setunion" => setunion,
        "setproduct" => setproduct,
        "slice" => slice,
        "sort" => sort,
        "tolist" => |args| collection(args, &Type::List(Box::default())),
        "toset" => |args| collection(args, &Type::Set(Box::default())),
        "tomap" => |args| collection(args, &Type::Map(Box::default())),
        "transpose" => transpose,
        "values" => values,
        "zipmap" => zipmap,
        _ => return None,
    })
}

fn collection(args: &[Value], ty: &Type) -> Result<Value, EvalError> {
    convert::convert(argument(args, 0)?, ty)
}

/// `alltrue` (one false decides) and `anytrue` (one true decides).
fn quantified(args: &[Value], decides: bool) -> Result<Value, EvalError> {
    if let Some(unknown) = first_unknown(args) {
        return Ok(unknown);
    }
    let mut open = false;
    for item in items(args, 0)? {
        let item = convert::convert(item, &Type::Bool)?;
        match &item.data {
            Data::Bool(value) if *value == decides => return Ok(Value::from(decides)),
            // null counts as not true.
            Data::Null if !decides => return Ok(Value::from(false)),
            Data::Unknown(_) => open = true,
            _ => {}
        }
    }
    if open { Ok(ops::unknown_from(Type::Bool, &[argument(args, 0)?])) } else { Ok(Value::from(!decides)) }
}

fn length(args: &[Value]) -> Result<Value, EvalError> {
    let value = argument(args, 0)?;
    let count = match &value.data {
        Data::String(text) => text.chars().count(),
        Data::Sequence(sequence) => sequence.items.len(),
        Data::Mapping(entries) => entries.len(),
        Data::Unknown(_) => return Ok(ops::unknown_from(Type::Number, &[value])),
        _ => {
            return Err(EvalError::new(format!(
                "a list, map or string is needed, not {}",
                convert::kind_of(value)
            )));
        }
    };
    Ok(Value::from(i64::try_from(count).unwrap_or(i64::MAX)).sensitive_if(value.mark.sensitive))
}

fn coalesce(args: &[Value]) -> Result<Value, EvalError> {
    for (at, arg) in args.iter().enumerate() {
        match &arg.data {
            Data::Null => {}
            Data::String(text) if text.is_empty() => {}
            Data::Unknown(unknown) if !unknown.not_null => {
                return Ok(ops::unknown_from(Type::Any, &args.iter().skip(at).collect::<Vec<_>>()));
            }
            _ => return Ok(args.iter().fold(arg.clone(), convert::alike)),
        }
    }
    Err(EvalError::new("every argument is null or empty"))
}

fn coalescelist(args: &[Value]) -> Result<Value, EvalError> {
    for arg in args {
        match &arg.data {
            Data::Unknown(_) => return Ok(ops::unknown_from(Type::Any, &[arg])),
            Data::Null => return Err(EvalError::new("a list must not be null")),
            Data::Sequence(sequence) if !sequence.items.is_empty() => return Ok(arg.clone()),
            Data::Mapping(entries) if !entries.is_empty() => return Ok(arg.clone()),
            _ => {}
        }
    }
    Err(EvalError::new("every argument is empty"))
}

fn compact(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::List(Box::new(Type::String))) {
        return Ok(unknown);
    }
    let texts = strings(items(args, 0)?)?;
    Ok(Value::list(texts.into_iter().filter(|item| !item.is_null() && item.as_str() != Some("")).collect()))
}

fn concat(args: &[Value]) -> Result<Value, EvalError> {
    if args.is_empty() {
        return Err(EvalError::new("at least one list is needed"));
    }
    if let Some(unknown) = first_unknown(args) {
        return Ok(unknown);
    }
    let mut all = Vec::new();
    for at in 0..args.len() {
        all.extend_from_slice(items(args, at)?);
    }
    if all.len() > MAX_ELEMENTS {
        return Err(too_many(all.len()));
    }
    Ok(Value::tuple(all).sensitive_if(sensitive(args)))
}

fn contains(args: &[Value]) -> Result<Value, EvalError> {
    if args.first().is_some_and(|list| list.as_unknown().is_some()) {
        return Ok(ops::unknown_from(Type::Bool, &args.iter().collect::<Vec<_>>()));
    }
    let wanted = argument(args, 1)?;
    let mut open = false;
    for item in items(args, 0)? {
        match ops::equal(item, wanted) {
            Some(true) => return Ok(Value::from(true)),
            Some(false) => {}
            None => open = true,
        }
    }
    if open {
        Ok(ops::unknown_from(Type::Bool, &args.iter().collect::<Vec<_>>()))
    } else {
        Ok(Value::from(false))
    }
}

fn distinct(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = first_unknown(args) {
        return Ok(unknown);
    }
    let mut kept: Vec<Value> = Vec::new();
    for item in &convert::unified(items(args, 0)?.to_vec()) {
        if !kept.iter().any(|other| ops::equal(item, other) == Some(true)) {
            kept.push(item.clone());
        }
    }
    Ok(Value::list(kept))
}

fn element(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = first_unknown(args) {
        return Ok(unknown);
    }
    let list = items(args, 0)?;
    let at = convert::convert(argument(args, 1)?, &Type::Number)?;
    let (Some(at), false) = (at.as_number().and_then(Number::as_i64), list.is_empty()) else {
        return Err(EvalError::new("a list with elements and a whole number are needed"));
    };
    if at < 0 {
        return Err(EvalError::new("the index must be 0 or more"));
    }
    let count = i64::try_from(list.len()).unwrap_or(i64::MAX);
    let at = usize::try_from(at.rem_euclid(count)).unwrap_or(0);
    Ok(list.get(at).cloned().unwrap_or(Value::NULL))
}

fn flatten(args: &[Value]) -> Result<Value, EvalError> {
    fn into(all: &mut Vec<Value>, list: &[Value], depth: usize) -> bool {
        list.iter().all(|item| match &item.data {
            Data::Sequence(sequence) if depth < 64 => into(all, &sequence.items, depth + 1),
            // An unknown of no type may be a list itself.
            Data::Unknown(unknown)
                if !matches!(unknown.ty, Type::String | Type::Number | Type::Bool | Type::Object(_))
                    && unknown.refers.is_empty() =>
            {
                false
            }
            _ => {
                all.push(item.clone());
                all.len() <= MAX_ELEMENTS
            }
        })
    }
    if let Some(unknown) = first_unknown(args) {
        return Ok(unknown);
    }
    let mut all = Vec::new();
    if into(&mut all, items(args, 0)?, 0) {
        return Ok(Value::tuple(all).sensitive_if(sensitive(args)));
    }
    if all.len() > MAX_ELEMENTS {
        return Err(too_many(all.len()));
    }
    Ok(ops::unknown_from(Type::Any, &[argument(args, 0)?]))
}

fn index(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::Number) {
        return Ok(unknown);
    }
    let wanted = argument(args, 1)?;
    let at = items(args, 0)?.iter().position(|item| ops::equal(item, wanted) == Some(true));
    at.map(|at| Value::from(i64::try_from(at).unwrap_or(i64::MAX)))
        .ok_or_else(|| EvalError::new("the item is not in the list"))
}

fn entries(args: &[Value], at: usize) -> Result<&Entries, EvalError> {
    let value = argument(args, at)?;
    value.as_entries().ok_or_else(|| {
        EvalError::new(format!("argument {} must be a map, not {}", at + 1, convert::kind_of(value)))
    })
}

fn keys(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = first_unknown(args) {
        return Ok(unknown);
    }
    if args.first().and_then(Value::as_items).is_some_and(<[Value]>::is_empty) {
        return Ok(Value::list(Vec::new()));
    }
    Ok(Value::list(entries(args, 0)?.iter().map(|(key, _)| Value::from(&**key)).collect()))
}

fn values(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = first_unknown(args) {
        return Ok(unknown);
    }
    if args.first().and_then(Value::as_items).is_some_and(<[Value]>::is_empty) {
        return Ok(Value::tuple(Vec::new()));
    }
    Ok(Value::tuple(entries(args, 0)?.iter().map(|(_, value)| value.clone()).collect())
        .sensitive_if(sensitive(args)))
}

fn lookup(args: &[Value]) -> Result<Value, EvalError> {
    if args.iter().take(2).any(|arg| arg.as_unknown().is_some()) {
        return Ok(ops::unknown_from(Type::Any, &args.iter().collect::<Vec<_>>()));
    }
    let key = text(args, 1)?;
    match (entries(args, 0)?.get(key), args.get(2)) {
        (Some(value), _) => Ok(value.clone().sensitive_if(sensitive(args))),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) => Err(EvalError::new(format!("the map has no key {key:?}"))),
    }
}

fn matchkeys(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::Any) {
        return Ok(unknown);
    }
    let (values, keys, wanted) = (items(args, 0)?, items(args, 1)?, items(args, 2)?);
    if values.len() != keys.len() {
        return Err(EvalError::new("there must be as many keys as values"));
    }
    let matching = values
        .iter()
        .zip(keys)
        .filter(|(_, key)| wanted.iter().any(|other| ops::equal(key, other) == Some(true)));
    Ok(Value::list(matching.map(|(value, _)| value.clone()).collect()))
}

fn merge(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = first_unknown(args) {
        return Ok(unknown);
    }
    let mut pairs: Vec<(Arc<str>, Value)> = Vec::new();
    let mut map = !args.is_empty();
    for (at, arg) in args.iter().enumerate() {
        if arg.is_null() || arg.as_items().is_some_and(<[Value]>::is_empty) {
            continue;
        }
        let entries = entries(args, at)?;
        map &= entries.is_map;
        pairs.extend(entries.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
    let merged = if map { Value::map(pairs) } else { Value::object(pairs) };
    Ok(merged.sensitive_if(sensitive(args)))
}

fn one(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = first_unknown(args) {
        return Ok(unknown);
    }
    match items(args, 0)? {
        [] => Ok(Value::NULL),
        [only] => Ok(only.clone()),
        more => Err(EvalError::new(format!("the list has {} elements, not one or none", more.len()))),
    }
}

fn reverse(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = first_unknown(args) {
        return Ok(unknown);
    }
    Ok(Value::tuple(items(args, 0)?.iter().rev().cloned().collect()))
}

fn set(values: Vec<Value>) -> Value {
    Value::sequence(SequenceKind::Set, convert::distinct_sorted(convert::unified(values)))
}

fn set_operation(args: &[Value], keep: fn(&Value, &[Value]) -> bool) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::Any) {
        return Ok(unknown);
    }
    // The sets have one element type between them: `setsubtract([1], ["1"])` is empty.
    let mut all = Vec::new();
    for at in 0..args.len() {
        all.extend_from_slice(items(args, at)?);
    }
    let mut all = convert::unified(all).into_iter();
    let mut kept: Vec<Value> = all.by_ref().take(items(args, 0)?.len()).collect();
    for at in 1..args.len() {
        let other: Vec<Value> = all.by_ref().take(items(args, at)?.len()).collect();
        kept.retain(|item| keep(item, &other));
    }
    Ok(set(kept))
}

fn setunion(args: &[Value]) -> Result<Value, EvalError> {
    let all = concat(args)?;
    Ok(all.as_items().map(<[Value]>::to_vec).map_or(all, set))
}

fn setproduct(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = first_unknown(args) {
        return Ok(unknown);
    }
    if args.len() < 2 {
        return Err(EvalError::new("at least two collections are needed"));
    }
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for at in 0..args.len() {
        let list = items(args, at)?;
        if rows.len().saturating_mul(list.len()) > MAX_ELEMENTS {
            return Err(too_many(rows.len().saturating_mul(list.len())));
        }
        rows = rows
            .iter()
            .flat_map(|row| list.iter().map(|item| row.iter().cloned().chain([item.clone()]).collect()))
            .collect();
    }
    Ok(Value::list(rows.into_iter().map(Value::tuple).collect()))
}

fn slice(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = first_unknown(args) {
        return Ok(unknown);
    }
    let list = items(args, 0)?;
    let bound = |at: usize| -> Result<usize, EvalError> {
        let number = convert::convert(argument(args, at)?, &Type::Number)?;
        let whole =
            number.as_number().and_then(Number::as_i64).and_then(|number| usize::try_from(number).ok());
        whole.ok_or_else(|| EvalError::new("a bound must be a whole number, 0 or more"))
    };
    let part =
        list.get(bound(1)?..bound(2)?).ok_or_else(|| EvalError::new("the bounds lie outside the list"))?;
    Ok(Value::tuple(part.to_vec()))
}

fn sort(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::List(Box::new(Type::String))) {
        return Ok(unknown);
    }
    let mut list = items(args, 0)?.iter().map(convert::to_text).collect::<Result<Vec<_>, _>>()?;
    if list.iter().any(Value::is_null) {
        return Err(EvalError::new("a list of strings must not hold null"));
    }
    list.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    Ok(Value::list(list))
}

fn transpose(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::Any) {
        return Ok(unknown);
    }
    let mut turned: std::collections::BTreeMap<Arc<str>, Vec<Value>> = std::collections::BTreeMap::new();
    for (key, list) in entries(args, 0)?.iter() {
        for item in list.as_items().unwrap_or(&[]) {
            if let Data::String(item) = &item.data {
                turned.entry(item.clone()).or_default().push(Value::from(&**key));
            }
        }
    }
    Ok(Value::map(turned.into_iter().map(|(key, list)| (key, Value::list(list)))))
}

fn zipmap(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = first_unknown(args) {
        return Ok(unknown);
    }
    let (keys, values) = (items(args, 0)?, items(args, 1)?);
    if keys.len() != values.len() {
        return Err(EvalError::new("there must be as many keys as values"));
    }
    if let Some(unknown) = any_unknown(keys, Type::Any) {
        return Ok(unknown);
    }
    let pairs =
        keys.iter().zip(values).filter_map(|(key, value)| Some((Arc::from(key.as_str()?), value.clone())));
    Ok(Value::object(pairs))
}

fn chunklist(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = first_unknown(args) {
        return Ok(unknown);
    }
    let size =
        argument(args, 1)?.as_number().and_then(Number::as_i64).and_then(|size| usize::try_from(size).ok());
    let list = items(args, 0)?;
    let size = size.ok_or_else(|| EvalError::new("the size must be a whole number, 0 or more"))?;
    // A size of 0 is one chunk of everything.
    let size = if size == 0 { list.len().max(1) } else { size };
    Ok(Value::list(list.chunks(size).map(|chunk| Value::list(chunk.to_vec())).collect()))
}
