//! Terraform's functions that read a text, as rules call them.
//!
//! In: a text of the configuration, known in part or not at all. Out: what is known of what it says. A
//! text that can't be read is a fault of the configuration, not of the rule: it leaves the verdict
//! open, with the reason.

use std::sync::Arc;

use crate::eval::{
    Constant, Data, EvalError, OpenList, Origin, Partial, Type, Unknown, Value, Why, funcs, json, ops,
};

use super::policy::text;

/// Functions whose argument is written by the author of the configuration.
const READERS: [&str; 9] = [
    "base64decode",
    "base64gunzip",
    "csvdecode",
    "jsondecode",
    "parseint",
    "textdecodebase64",
    "tonumber",
    "urldecode",
    "yamldecode",
];
/// How deep conditions in texts are followed.
const MAX_DEPTH: u32 = 8;

pub(super) fn reads_text(name: &str) -> bool {
    READERS.contains(&name)
}

pub(super) fn call(name: &str, args: &[Value]) -> Result<Value, EvalError> {
    match (name, args) {
        // Null where nothing is written, as everywhere in rules.
        ("jsondecode", [text]) => Ok(of_json(text, 0)),
        (_, [text, ..]) if text.is_null() => Ok(Value::NULL),
        // A wrong number of arguments is the rule's own fault.
        (_, []) => funcs::call_lenient(name, args, &Constant),
        _ => Ok(funcs::call_lenient(name, args, &Constant).unwrap_or_else(Value::error)),
    }
}

/// The value of a JSON text; unknown parts of the text are unknown parts of the value.
fn of_json(value: &Value, depth: u32) -> Value {
    let sensitive = value.holds_sensitive();
    let read = match &value.data {
        Data::String(text) => json::decode(text).unwrap_or_else(|error| unreadable(&error, sensitive)),
        Data::Unknown(unknown) => match &unknown.partial {
            Some(Partial::Json(inner)) => decoded(inner),
            Some(Partial::Template(parts)) => {
                let (joined, holes) = text::with_marks(parts);
                match json::decode(&joined) {
                    Ok(read) => filled(&read, &holes),
                    Err(_) => Value::unknown(unknown.why.clone()),
                }
            }
            Some(Partial::Either(then, otherwise, when)) if depth < MAX_DEPTH => {
                let read = [then, otherwise].map(|branch| of_json(branch, depth + 1));
                let [then, otherwise] = read;
                let partial = ops::either(then, otherwise, when.clone());
                let either = Unknown { ty: Type::Any, not_null: false, partial, ..Unknown::clone(unknown) };
                Data::Unknown(Arc::new(either)).into()
            }
            _ => Value::unknown(unknown.why.clone()),
        },
        _ => Value::NULL,
    };
    let mut read = read.sensitive_if(sensitive);
    // What was read stands where the text does, if nothing says better.
    let text = value.mark.origin.map(|origin| Origin { literal: false, ..origin });
    read.mark.origin = read.mark.origin.or(text);
    read
}

/// The message may quote the text.
fn unreadable(error: &EvalError, sensitive: bool) -> Value {
    let message = if sensitive {
        "jsondecode: the sensitive text is no JSON".to_owned()
    } else {
        format!("jsondecode: {}", error.message)
    };
    Value::error(EvalError::new(message))
}

/// What comes back of a value that was written as JSON: arrays are tuples, objects objects.
fn decoded(value: &Value) -> Value {
    let mut read = match &value.data {
        Data::Sequence(_) => match value.open_member() {
            None => Value::tuple(value.as_items().unwrap_or(&[]).iter().map(decoded).collect()),
            Some(unknown) => open(value, &unknown.why),
        },
        Data::Unknown(unknown) if value.as_open().is_some() => open(value, &unknown.why),
        Data::Mapping(entries) => {
            Value::object(entries.iter().map(|(key, item)| (Arc::clone(key), decoded(item))))
        }
        _ => return value.clone(),
    };
    read.mark = value.mark.clone();
    read
}

fn open(list: &Value, why: &Why) -> Value {
    let mut elements = OpenList::default();
    elements.extend(list);
    let mut read = OpenList::default();
    for (item, sure, _) in elements.iter() {
        if sure { read.push(decoded(item)) } else { read.push_maybe(decoded(item)) }
    }
    read.into_value(why.clone())
}

/// A value read from a text with marks, its unknown parts in their places. What stands for an element
/// of an array may be several, or none.
fn filled(value: &Value, holes: &[Value]) -> Value {
    let first = || holes.iter().find_map(Value::as_unknown).map(|unknown| unknown.why.clone());
    match (&value.data, first()) {
        (Data::String(read), _) => text::unmark(read, holes),
        (Data::Sequence(sequence), Some(why)) => {
            let mut items = OpenList::default();
            for item in &sequence.items {
                let whole = item.as_str().is_some_and(text::is_one_mark);
                let item = filled(item, holes);
                if whole { items.push_maybe(item) } else { items.push(item) }
            }
            items.into_value(why)
        }
        (Data::Mapping(entries), Some(why)) if entries.iter().any(|(key, _)| text::has_mark(key)) => {
            Value::unknown(why)
        }
        (Data::Mapping(entries), _) => {
            Value::object(entries.iter().map(|(key, item)| (Arc::clone(key), filled(item, holes))))
        }
        _ => value.clone(),
    }
}
