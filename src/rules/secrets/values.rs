//! Secrets among computed values.

use std::sync::Arc;

use foldhash::HashSet;
use rayon::prelude::*;

use crate::eval::{Constant, Data, OpenList, Value, funcs};
use crate::findings::{Gathered, distinctive};
use crate::graph::Configuration;
use crate::rules::functions::holds_secret;

use super::{NAMED, NAMING, lines, literal, telling};

/// Resources that one thread goes through at a time.
const CHUNK: usize = 256;
/// Lengths of Base64 texts that are looked into.
const SHORTEST: usize = 16;
const LONGEST: usize = 1 << 16;

/// How a value is hidden.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hidden {
    No,
    /// It is a member of an object that is hidden as a whole.
    Inside,
    /// It is marked itself, or a member of a hidden list.
    Itself,
}

/// The secrets of one configuration: what is marked sensitive, and texts under telling names.
pub(super) fn of(configuration: &Configuration) -> Gathered {
    let mut found = Gathered::default();
    for value in &configuration.secrets {
        walk(value, Hidden::No, &mut found);
    }
    let chunks = configuration.resources.par_chunks(CHUNK).map(|resources| {
        let (mut found, mut searched) = (Gathered::default(), HashSet::default());
        for resource in resources {
            attributes(&resource.values, &mut searched, &mut found);
        }
        found
    });
    for part in chunks.collect::<Vec<_>>() {
        found.add(part);
    }
    found
}

/// A name and a value, by where they lie in memory: instances of one block share what is the same in all.
type Shared = (*const u8, *const u8);

/// What a resource holds, but for what was searched in another.
fn attributes(values: &Value, searched: &mut HashSet<Shared>, found: &mut Gathered) {
    let entries =
        values.as_entries().filter(|entries| entries.get(NAMED).is_none() && !values.mark.sensitive);
    let Some(entries) = entries else { return walk(values, Hidden::No, found) };
    for (name, value) in entries.iter() {
        let place = match &value.data {
            Data::Sequence(it) => Arc::as_ptr(it).cast(),
            Data::Mapping(it) => Arc::as_ptr(it).cast(),
            Data::String(it) => it.as_ptr(),
            _ => std::ptr::null(),
        };
        if place.is_null() || value.mark.sensitive || searched.insert((name.as_ptr(), place)) {
            member(name, value, Hidden::No, found);
        }
    }
}

/// Values nest no deeper than the expressions that made them.
fn walk(value: &Value, hidden: Hidden, found: &mut Gathered) {
    let hidden = if value.mark.sensitive { Hidden::Itself } else { hidden };
    let mut leaf = |text: &str| {
        if hidden == Hidden::Itself || hidden == Hidden::Inside && distinctive(text) {
            found.text(text);
        }
    };
    match &value.data {
        Data::String(text) if hidden == Hidden::No => told(text, found),
        Data::String(text) => leaf(text),
        Data::Number(number) if hidden != Hidden::No => leaf(&number.to_string()),
        Data::Sequence(sequence) => sequence.items.iter().for_each(|item| walk(item, hidden, found)),
        Data::Mapping(entries) => {
            let beside = NAMING.iter().find_map(|name| entries.get(name)?.as_str());
            for (key, item) in entries.iter() {
                member(beside.filter(|_| &**key == NAMED).unwrap_or(key), item, hidden, found);
            }
        }
        _ => {
            let open = value.as_open().into_iter().flat_map(OpenList::iter);
            open.for_each(|(item, ..)| walk(item, hidden, found));
        }
    }
}

/// What stands under a name.
fn member(name: &str, value: &Value, hidden: Hidden, found: &mut Gathered) {
    match value.as_str() {
        Some(text) if literal(telling(name), text) => found.text(text),
        _ => walk(value, hidden.min(Hidden::Inside), found),
    }
}

/// What a text tells of secrets in it: a script's, a document's, also in Base64.
fn told(text: &Arc<str>, found: &mut Gathered) {
    let values = |text: &str, found: &mut Gathered| {
        for value in lines::told(text).into_iter().filter_map(|told| text.get(told.value)) {
            if distinctive(value) && !value.starts_with('$') {
                found.text(value);
            }
        }
    };
    values(text, found);
    let digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    if (SHORTEST..=LONGEST).contains(&text.len()) && text.len().is_multiple_of(4) && text.bytes().all(digit) {
        let decoded = funcs::call("base64decode", &[Value::from(Data::String(Arc::clone(text)))], &Constant);
        if let Some(inner) = decoded.as_ref().ok().and_then(Value::as_str)
            && (holds_secret(inner) || !lines::told(inner).is_empty())
        {
            values(inner, found);
            found.text(text);
        }
    }
}
