//! `regex`, `regexall` and `replace`.
//!
//! Terraform's patterns are Go's RE2: they are rewritten for this library, so that each means the same.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use foldhash::HashMap;

use crate::eval::{Data, EvalError, OpenList, Type, Value, Why};

use super::pattern::{Pattern, Refused};
use super::{Function, any_unknown, gaps, refuse_long, text, unknown_of};

/// How many compiled patterns one thread remembers.
const MAX_KNOWN: usize = 200;

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "regex" => |args| matched(args, false),
        "regexall" => |args| matched(args, true),
        "replace" => replace,
        _ => return None,
    })
}

/// A pattern that Terraform refuses is an error; one that is only not computed here, an unknown.
fn pattern(source: &str, name: &str) -> Result<Result<Rc<Pattern>, Value>, EvalError> {
    match compiled(source) {
        Ok(pattern) => Ok(Ok(pattern)),
        Err(Refused::Wrong) => Err(EvalError::new(format!("{source:?} is no regular expression"))),
        Err(Refused::NotComputed) => Ok(Err(Value::unknown(Why::Function(name.into())))),
    }
}

/// A compiled pattern. Rules ask for the same few again and again, and to compile one costs more than
/// to use it.
fn compiled(source: &str) -> Result<Rc<Pattern>, Refused> {
    thread_local! {
        static KNOWN: RefCell<HashMap<String, Rc<Pattern>>> = RefCell::default();
    }
    KNOWN.with_borrow_mut(|known| {
        if let Some(pattern) = known.get(source) {
            return Ok(Rc::clone(pattern));
        }
        let pattern = Rc::new(Pattern::new(source)?);
        // A stranger's configuration may have any number of them.
        if known.len() >= MAX_KNOWN {
            known.clear();
        }
        known.insert(source.to_owned(), Rc::clone(&pattern));
        Ok(pattern)
    })
}

fn matched(args: &[Value], all: bool) -> Result<Value, EvalError> {
    let name = if all { "regexall" } else { "regex" };
    let Some(source) = args.first().and_then(Value::as_str) else { return Ok(unknown_of(&Type::Any, args)) };
    let pattern = match pattern(source, name)? {
        Ok(pattern) => pattern,
        Err(unknown) => return Ok(unknown),
    };
    if pattern.names.iter().any(Option::is_some) && pattern.names.iter().any(Option::is_none) {
        return Err(EvalError::new("the groups of a pattern must all have names, or none"));
    }
    if let Some(unknown) = any_unknown(args, &Type::Any) {
        return Ok(unknown);
    }
    let text = text(args, 1)?;
    let found = |captures: &regex::Captures<'_>| -> Value {
        let group = |at: usize| captures.get(at).map_or(Value::NULL, |found| Value::from(found.as_str()));
        if pattern.names.is_empty() {
            return group(0);
        }
        let names = pattern.names.iter().enumerate();
        if pattern.names.iter().all(Option::is_some) {
            let named = names.filter_map(|(at, name)| Some((Arc::from(name.as_deref()?), group(at + 1))));
            return Value::object(named);
        }
        Value::tuple(names.map(|(at, _)| group(at + 1)).collect())
    };
    // To look for groups takes longer, and most texts hold nothing that is looked for.
    if all && !pattern.regex.is_match(text) {
        return Ok(Value::list(Vec::new()));
    }
    if all {
        return Ok(Value::list(pattern.regex.captures_iter(text).map(|captures| found(&captures)).collect()));
    }
    let captures = pattern.regex.captures(text);
    captures.map(|captures| found(&captures)).ok_or_else(|| EvalError::new("the pattern matches nothing"))
}

/// What `regexall` comes to on a text of which parts are known, as far as they decide: nothing, or something.
pub(super) fn decided(source: &str, text: &Value) -> Option<Value> {
    let unknown = text.as_unknown()?;
    let pattern = compiled(source).ok()?;
    let found = gaps::matches(pattern.automaton()?, unknown)?;
    let mut list = OpenList::default();
    if found {
        let any = || Value::unknown(unknown.why.clone());
        list.push(any());
        list.push_maybe(any());
    }
    Some(list.into_value(unknown.why.clone()).sensitive_if(text.mark.sensitive))
}

fn replace(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::String) {
        return Ok(unknown);
    }
    let (text, from, to) = (text(args, 0)?, text(args, 1)?, text(args, 2)?);
    let inner = from.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).filter(|_| from.len() > 1);
    let Some(source) = inner else {
        let count = text.matches(from).count();
        refuse_long(text.len().saturating_add(count.saturating_mul(to.len())))?;
        return Ok(Value::from(text.replace(from, to)));
    };
    let pattern = match pattern(source, "replace")? {
        Ok(pattern) => pattern,
        Err(unknown) => return Ok(Value { data: typed(unknown), ..Value::NULL }),
    };
    let mut out = String::new();
    let mut at = 0;
    for captures in pattern.regex.captures_iter(text) {
        let Some(whole) = captures.get(0) else { continue };
        out.push_str(text.get(at..whole.start()).unwrap_or(""));
        let added = to.matches('$').count().saturating_mul(whole.len()).saturating_add(to.len());
        refuse_long(out.len().saturating_add(added))?;
        expand(to, &captures, &pattern.names, &mut out);
        at = whole.end();
        refuse_long(out.len())?;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    Ok(Value::from(out))
}

fn typed(value: Value) -> Data {
    match value.as_unknown() {
        Some(unknown) => Value::unknown_of(Type::String, unknown.why.clone()).data,
        None => value.data,
    }
}

/// `$1`, `${1}`, `$name` and `${name}`, each as long as letters, digits and `_` go; `$$` is `$`.
fn expand(template: &str, captures: &regex::Captures<'_>, names: &[Option<String>], out: &mut String) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
            continue;
        }
        let braced = after.strip_prefix('{');
        let named = braced.unwrap_or(after);
        let end = named.find(|char: char| !char.is_alphanumeric() && char != '_').unwrap_or(named.len());
        let (name, mut tail) = named.split_at(end);
        let closed = braced.is_none() || tail.starts_with('}');
        if name.is_empty() || !closed {
            out.push('$');
            rest = after;
            continue;
        }
        if braced.is_some() {
            tail = tail.get(1..).unwrap_or("");
        }
        let at = match name.parse::<usize>() {
            Ok(at) => Some(at),
            // Of groups with one name, the last that matched.
            Err(_) => (1..=names.len()).rev().find(|at| {
                names.get(at - 1).and_then(Option::as_deref) == Some(name) && captures.get(*at).is_some()
            }),
        };
        out.push_str(at.and_then(|at| captures.get(at)).map_or("", |found| found.as_str()));
        rest = tail;
    }
    out.push_str(rest);
}
