//! Lists and tuples: what they hold, and lists made from them.

use std::sync::Arc;

use crate::eval::{
    Condition, Data, EvalError, Number, OpenList, Partial, SequenceKind, Type, Value, convert, ops,
};

use crate::eval::representative::{only_when, stands_for_all};

use super::shape::{Shape, shape, take};
use super::{Function, MAX_ELEMENTS, any_unknown, argument, first_unknown, items, too_many, unknown_of};

/// How many values are told apart of which one may be meant.
const MAX_CHOICES: usize = 8;
const LISTS: &[Shape] = &[Shape::List, Shape::Tuple];
const ITEMS: &[Shape] = &[Shape::List, Shape::Tuple, Shape::Set];

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
        "length" => length,
        "matchkeys" => matchkeys,
        "one" => one,
        "reverse" => reverse,
        "slice" => slice,
        "sort" => sort,
        "tolist" => |args| convert::convert(argument(args, 0)?, &Type::List(Box::default())),
        "toset" => |args| convert::convert(argument(args, 0)?, &Type::Set(Box::default())),
        "tomap" => |args| convert::convert(argument(args, 0)?, &Type::Map(Box::default())),
        _ => return None,
    })
}

/// `alltrue` (one false decides) and `anytrue` (one true decides). Null is not true.
fn quantified(args: &[Value], decides: bool) -> Result<Value, EvalError> {
    if let Some(open) = argument(args, 0)?.as_open() {
        return Ok(open.quantified(decides).map_or_else(|| unknown_of(&Type::Bool, args), Value::from));
    }
    if let Some(unknown) = first_unknown(args, &Type::Bool) {
        return Ok(unknown);
    }
    let mut open = false;
    for item in items(args, 0)? {
        match &item.data {
            Data::Bool(value) if *value == decides => return Ok(Value::from(decides)),
            Data::Null(_) if !decides => return Ok(Value::from(false)),
            Data::Unknown(_) => open = true,
            _ => {}
        }
    }
    if open { Ok(unknown_of(&Type::Bool, args)) } else { Ok(Value::from(!decides)) }
}

fn length(args: &[Value]) -> Result<Value, EvalError> {
    let value = argument(args, 0)?;
    let count = match &value.data {
        Data::String(text) => super::string::clusters(text).count(),
        Data::Sequence(sequence) => {
            // Unknown members of a set may turn out to be equal; the names of resources do not.
            if value.open_member().is_some() {
                return Ok(unknown_of(&Type::Number, args));
            }
            sequence.items.len()
        }
        Data::Mapping(entries) => entries.len(),
        Data::Unknown(unknown) if !matches!(unknown.ty, Type::Number | Type::Bool) => {
            let number = unknown_of(&Type::Number, args);
            // A block that has an instance or none.
            if let Some(when) = stands_for_all(unknown).and_then(|_| only_when(unknown)) {
                let when = Some(Arc::clone(when));
                return Ok(number.with_partial(ops::either(Value::from(1), Value::from(0), when)));
            }
            let least = value.as_open().map_or(0, |open| open.sure().len());
            return Ok(crate::eval::open::count(number, least));
        }
        _ => {
            let kind = convert::kind_of(value);
            return Err(EvalError::new(format!("a list, map or string is needed, not {kind}")));
        }
    };
    Ok(count_of(count).sensitive_if(value.mark.sensitive))
}

fn count_of(count: usize) -> Value {
    Value::from(i64::try_from(count).unwrap_or(i64::MAX))
}

fn coalesce(args: &[Value]) -> Result<Value, EvalError> {
    if args.is_empty() {
        return Err(EvalError::new("at least one argument is needed"));
    }
    let args = convert::same_type(args)?;
    for (at, arg) in args.iter().enumerate() {
        match &arg.data {
            Data::Null(_) => {}
            Data::String(text) if text.is_empty() => {}
            Data::Unknown(_) if ops::is_filled(arg) && !ops::may_be_missing(arg, &|_| false) => {
                return Ok(arg.clone());
            }
            // It may turn out to be empty.
            Data::Unknown(unknown) if !unknown.not_null || matches!(unknown.ty, Type::String | Type::Any) => {
                if args.len() == 1 {
                    return Ok(arg.clone());
                }
                let rest = args.get(at + 1..).unwrap_or(&[]);
                return Ok(first_or_rest(arg, rest, &unknown.ty));
            }
            _ => return Ok(arg.clone()),
        }
    }
    Err(EvalError::new("every argument is null or empty"))
}

/// A value that may be null or empty; then it is one of the others. Many others may be anything.
fn first_or_rest(first: &Value, rest: &[Value], ty: &Type) -> Value {
    let all: Vec<&Value> = std::iter::once(first).chain(rest).collect();
    let result = ops::unknown_from(ty.clone(), &all);
    if let (true, Some(unknown)) = (rest.len() > MAX_CHOICES, first.as_unknown()) {
        let any = Value::unknown_of(ty.clone(), unknown.why.clone());
        return result.with_partial(ops::either(first.clone(), any, None));
    }
    match (coalesce(rest), first.as_unknown().and_then(|unknown| unknown.partial.as_ref())) {
        (Ok(rest), Some(Partial::Either(then, otherwise, when))) => {
            let nothing = |value: &Value| value.is_null() || value.as_str() == Some("");
            let when = when.clone().filter(|_| ops::is_filled(then) && nothing(otherwise));
            let first = if when.is_some() { then } else { first };
            result.with_partial(ops::either(first.clone(), rest, when))
        }
        (Ok(rest), None) => {
            // Where it is there, it is set.
            let plain = first.as_unknown().filter(|it| !it.made && !it.refers.iter().any(|of| of.any));
            let of = first.instance().filter(|_| plain.is_some() && ops::is_filled(first));
            let there = of.map(|of| Arc::new(Condition::is_there(of)));
            result.with_partial(ops::either(first.clone(), rest, there))
        }
        (Ok(rest), _) => result.with_partial(ops::either(first.clone(), rest, None)),
        // Where nothing else is set, it has to be this one.
        (Err(_), _) => result,
    }
}

fn coalescelist(args: &[Value]) -> Result<Value, EvalError> {
    if args.is_empty() {
        return Err(EvalError::new("at least one argument is needed"));
    }
    for at in 0..args.len() {
        take(args, at, &[Shape::List, Shape::Tuple, Shape::UnknownText])?;
    }
    for arg in args {
        match &arg.data {
            Data::Unknown(_) => return Ok(unknown_of(&Type::Any, args)),
            Data::Sequence(sequence) if !sequence.items.is_empty() => return Ok(arg.clone()),
            _ => {}
        }
    }
    Err(EvalError::new("every argument is empty"))
}

fn compact(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::List(Box::new(Type::String))) {
        let Some(all) = argument(args, 0)?.as_items() else { return Ok(unknown) };
        let mut open = OpenList::default();
        for item in all.iter().filter(|item| !item.is_null() && item.as_str() != Some("")) {
            if ops::is_filled(item) { open.push(item.clone()) } else { open.push_maybe(item.clone()) }
        }
        return Ok(open.known_of(unknown).sensitive_if(super::sensitive(args)));
    }
    let kept = items(args, 0)?.iter().filter(|item| !item.is_null() && item.as_str() != Some(""));
    Ok(Value::list(kept.cloned().collect()))
}

/// Lists alone make a list; with a tuple among them the result is a tuple.
fn concat(args: &[Value]) -> Result<Value, EvalError> {
    if args.is_empty() {
        return Err(EvalError::new("at least one list is needed"));
    }
    let mut lists = true;
    for at in 0..args.len() {
        lists &= shape(take(args, at, LISTS)?) == Shape::List;
    }
    if let Some(unknown) = first_unknown(args, &Type::Any) {
        let mut all = OpenList::default();
        for list in args {
            all.extend(list);
        }
        if all.len() > MAX_ELEMENTS {
            return Err(too_many(all.len()));
        }
        return Ok(all.known_of(unknown).sensitive_if(super::sensitive(args)));
    }
    let mut all = Vec::new();
    for at in 0..args.len() {
        let mark = argument(args, at)?.mark.sensitive;
        all.extend(items(args, at)?.iter().map(|item| item.clone().sensitive_if(mark)));
    }
    if all.len() > MAX_ELEMENTS {
        return Err(too_many(all.len()));
    }
    let kind = if lists { SequenceKind::List } else { SequenceKind::Tuple };
    let all = if lists { convert::same_type(&all)? } else { all };
    Ok(Value::sequence(kind, all).sensitive_if(super::sensitive(args)))
}

fn contains(args: &[Value]) -> Result<Value, EvalError> {
    let list = take(args, 0, ITEMS_OR_TEXT)?;
    let wanted = argument(args, 1)?;
    if list.as_unknown().is_some() {
        let found = list.as_open().and_then(|open| open.contains(wanted));
        return Ok(found.map_or_else(|| unknown_of(&Type::Bool, args), Value::from));
    }
    let mut open = false;
    for item in items(args, 0)? {
        match ops::equal(item, wanted) {
            Some(true) => return Ok(Value::from(true)),
            Some(false) => {}
            None => open = true,
        }
    }
    if open { Ok(unknown_of(&Type::Bool, args)) } else { Ok(Value::from(false)) }
}

/// An unknown text is not refused before it is known.
const ITEMS_OR_TEXT: &[Shape] = &[Shape::List, Shape::Tuple, Shape::Set, Shape::UnknownText];

fn distinct(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::List(Box::default())) {
        return Ok(unknown);
    }
    let mut kept: Vec<Value> = Vec::new();
    for item in items(args, 0)? {
        if !kept.iter().any(|other| ops::equal(item, other) == Some(true)) {
            kept.push(item.clone());
        }
    }
    Ok(Value::list(kept))
}

fn element(args: &[Value]) -> Result<Value, EvalError> {
    take(args, 0, LISTS)?;
    if let Some(unknown) = first_unknown(args, &Type::Any) {
        return Ok(unknown);
    }
    let list = items(args, 0)?;
    let at = argument(args, 1)?.as_number().and_then(Number::as_i64);
    let (Some(at), false) = (at, list.is_empty()) else {
        return Err(EvalError::new("a list with elements and a whole number are needed"));
    };
    // From the end; with a tuple Terraform 1.11 breaks down.
    let tuple = matches!(&argument(args, 0)?.data, Data::Sequence(it) if it.kind == SequenceKind::Tuple);
    if at < 0 && tuple {
        return Err(EvalError::new("the index must be 0 or more"));
    }
    let count = i64::try_from(list.len()).unwrap_or(i64::MAX);
    let at = usize::try_from(at.rem_euclid(count)).unwrap_or(0);
    Ok(list.get(at).cloned().unwrap_or(Value::NULL).sensitive_if(super::sensitive(args)))
}

fn flatten(args: &[Value]) -> Result<Value, EvalError> {
    struct Flat {
        all: OpenList,
        sensitive: bool,
    }
    fn into(flat: &mut Flat, item: &Value, sure: bool, depth: usize) {
        if flat.all.len() > MAX_ELEMENTS {
            return;
        }
        match (&item.data, item.as_open()) {
            (Data::Sequence(sequence), _) if depth < 64 => {
                flat.sensitive |= item.mark.sensitive;
                // Nobody knows how many members such a set has.
                let sure = sure && item.open_member().is_none();
                sequence.items.iter().for_each(|item| into(flat, item, sure, depth + 1));
            }
            (_, Some(open)) if depth < 64 => {
                flat.sensitive |= item.mark.sensitive;
                open.iter().for_each(|(item, there, _)| into(flat, item, sure && there, depth + 1));
            }
            (Data::Unknown(unknown), _)
                if let Some(Partial::Either(then, otherwise, _)) = &unknown.partial
                    && [then, otherwise].iter().any(|it| matches!(it.data, Data::Sequence(_)))
                    && depth < 64 =>
            {
                flat.sensitive |= item.mark.sensitive;
                for side in [then, otherwise] {
                    into(flat, side, false, depth + 1);
                }
            }
            // An unknown of no type may be a list itself.
            (Data::Unknown(unknown), _)
                if matches!(unknown.ty, Type::List(_) | Type::Set(_) | Type::Tuple(_))
                    || (unknown.ty == Type::Any && unknown.refers.is_empty()) =>
            {
                flat.all.push_maybe(Value::unknown(unknown.why.clone()));
            }
            _ if sure => flat.all.push(item.clone()),
            _ => flat.all.push_maybe(item.clone()),
        }
    }
    take(args, 0, ITEMS_OR_TEXT)?;
    let list = argument(args, 0)?;
    if let (Some(unknown), None) = (first_unknown(args, &Type::Any), list.as_open()) {
        return Ok(unknown);
    }
    let mut flat = Flat { all: OpenList::default(), sensitive: super::sensitive(args) };
    into(&mut flat, list, true, 0);
    if flat.all.len() > MAX_ELEMENTS {
        return Err(too_many(flat.all.len()));
    }
    Ok(flat.all.known_of(unknown_of(&Type::Any, args)).sensitive_if(flat.sensitive))
}

fn index(args: &[Value]) -> Result<Value, EvalError> {
    take(args, 0, &[Shape::List, Shape::Tuple, Shape::UnknownText])?;
    if let Some(unknown) = first_unknown(args, &Type::Number) {
        return Ok(unknown);
    }
    let wanted = argument(args, 1)?;
    for (at, item) in items(args, 0)?.iter().enumerate() {
        match ops::equal(item, wanted) {
            Some(true) => return Ok(count_of(at)),
            Some(false) => {}
            None => return Ok(unknown_of(&Type::Number, args)),
        }
    }
    Err(EvalError::new("the item is not in the list"))
}

fn matchkeys(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::List(Box::default())) {
        return Ok(unknown);
    }
    let (values, keys, wanted) = (items(args, 0)?, items(args, 1)?, items(args, 2)?);
    if values.len() != keys.len() {
        return Err(EvalError::new("there must be as many keys as values"));
    }
    // Keys and what is wanted have one type between them.
    let all = convert::same_type(&[keys, wanted].concat())?;
    let (keys, wanted) = all.split_at(keys.len());
    let matching = values
        .iter()
        .zip(keys)
        .filter(|(_, key)| wanted.iter().any(|other| ops::equal(key, other) == Some(true)));
    Ok(Value::list(matching.map(|(value, _)| value.clone()).collect()))
}

fn one(args: &[Value]) -> Result<Value, EvalError> {
    take(args, 0, ITEMS)?;
    if let Some(unknown) = first_unknown(args, &Type::Any) {
        let open = args.first().and_then(Value::as_open);
        return Ok(match open.map(|open| (open.sure(), open.maybe())) {
            Some(([], [item])) => {
                unknown.or_null().with_partial(ops::either(item.clone(), Value::NULL, None))
            }
            Some((sure, _)) if !sure.is_empty() => unknown,
            _ => unknown.or_null(),
        });
    }
    match items(args, 0)? {
        [] => Ok(Value::NULL),
        [only] => Ok(only.clone()),
        more => Err(EvalError::new(format!("the list has {} elements, not one or none", more.len()))),
    }
}

fn reverse(args: &[Value]) -> Result<Value, EvalError> {
    let kind = shape(take(args, 0, ITEMS)?);
    if let Some(unknown) = first_unknown(args, &Type::Any) {
        return Ok(unknown);
    }
    let kind = if kind == Shape::Tuple { SequenceKind::Tuple } else { SequenceKind::List };
    Ok(Value::sequence(kind, items(args, 0)?.iter().rev().cloned().collect())
        .sensitive_if(super::sensitive(args)))
}

fn slice(args: &[Value]) -> Result<Value, EvalError> {
    let kind = shape(take(args, 0, LISTS)?);
    if let Some(unknown) = first_unknown(args, &Type::Any) {
        return Ok(unknown);
    }
    let list = items(args, 0)?;
    let bound = |at: usize| -> Result<usize, EvalError> {
        let whole = argument(args, at)?.as_number().and_then(Number::as_i64);
        let whole = whole.and_then(|number| usize::try_from(number).ok());
        whole.ok_or_else(|| EvalError::new("a bound must be a whole number, 0 or more"))
    };
    let part =
        list.get(bound(1)?..bound(2)?).ok_or_else(|| EvalError::new("the bounds lie outside the list"))?;
    let kind = if kind == Shape::Tuple { SequenceKind::Tuple } else { SequenceKind::List };
    Ok(Value::sequence(kind, part.to_vec()).sensitive_if(super::sensitive(args)))
}

fn sort(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::List(Box::new(Type::String))) {
        return Ok(unknown);
    }
    let mut list = items(args, 0)?.to_vec();
    if list.iter().any(Value::is_null) {
        return Err(EvalError::new("a list of strings must not hold null"));
    }
    list.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    Ok(Value::list(list))
}

fn chunklist(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = first_unknown(args, &Type::List(Box::default())) {
        return Ok(unknown);
    }
    let size = argument(args, 1)?.as_number().and_then(Number::as_i64);
    let size = size.and_then(|size| usize::try_from(size).ok());
    let list = items(args, 0)?;
    let size = size.ok_or_else(|| EvalError::new("the size must be a whole number, 0 or more"))?;
    // A size of 0 is one chunk of everything.
    let size = if size == 0 { list.len().max(1) } else { size };
    let chunks = list.chunks(size).map(|chunk| Value::list(chunk.to_vec())).collect();
    Ok(Value::list(chunks).sensitive_if(super::sensitive(args)))
}
