//! JSON text with unknown parts, read as a value with unknown parts.
//!
//! In: the pieces of a text, some of them unknown. Out: text that a JSON parser accepts, with a mark
//! for each unknown piece, and values in which the marks are unknown again.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::eval::{Data, Partial, TemplatePart, Type, Value};

/// Marks an unknown part of a text: a private-use character, its number, another.
const OPEN: char = '\u{E000}';
const CLOSE: char = '\u{E001}';
/// How deep texts in texts are followed.
const MAX_DEPTH: u32 = 8;

/// Joins the parts of a text; an unknown part becomes a numbered mark, quoted where JSON needs it.
pub(in crate::rules::functions) fn with_marks(parts: &[TemplatePart]) -> (String, Vec<Value>) {
    let mut joined = Joined::default();
    joined.add(parts, 0);
    (joined.text, joined.holes)
}

#[derive(Default)]
struct Joined {
    text: String,
    holes: Vec<Value>,
    quoted: bool,
    escaped: bool,
}

impl Joined {
    fn add(&mut self, parts: &[TemplatePart], depth: u32) {
        for part in parts {
            match part {
                TemplatePart::Text(known) => self.known(known),
                TemplatePart::Unknown(value) => match value.as_unknown().map(|unknown| &unknown.partial) {
                    // JSON in JSON.
                    Some(Some(Partial::Template(parts))) if !self.quoted && depth < MAX_DEPTH => {
                        self.add(parts, depth + 1);
                    }
                    _ => self.hole(value),
                },
            }
        }
    }

    fn known(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                _ if self.escaped => self.escaped = false,
                '\\' if self.quoted => self.escaped = true,
                '"' => self.quoted = !self.quoted,
                _ => {}
            }
        }
        self.text.push_str(text);
    }

    fn hole(&mut self, value: &Value) {
        let quote = if self.quoted { "" } else { "\"" };
        let _ = write!(self.text, "{quote}{OPEN}{}{CLOSE}{quote}", self.holes.len());
        self.holes.push(if self.quoted { value.clone() } else { structured(value) });
    }
}

/// What stands in JSON without quotes is not a text but what its text says.
fn structured(value: &Value) -> Value {
    let Some(unknown) = value.as_unknown() else { return value.clone() };
    match &unknown.partial {
        Some(Partial::Json(inner)) => inner.clone(),
        Some(Partial::Either(..)) | None if unknown.ty != Type::String => value.clone(),
        _ => Value::unknown(unknown.why.clone()),
    }
}

/// Whether a text holds a mark.
pub(in crate::rules::functions) fn has_mark(text: &str) -> bool {
    text.contains(OPEN)
}

/// Whether a text is one mark and nothing else.
pub(in crate::rules::functions) fn is_one_mark(text: &str) -> bool {
    text.starts_with(OPEN) && text.find(CLOSE) == Some(text.len() - CLOSE.len_utf8())
}

/// A text with its marks as the unknown parts that they stand for.
pub(in crate::rules::functions) fn unmark(text: &str, holes: &[Value]) -> Value {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let Some((number, after)) = after.split_once(CLOSE) else { break };
        if !before.is_empty() {
            parts.push(TemplatePart::Text(before.into()));
        }
        if let Some(value) = number.parse::<usize>().ok().and_then(|at| holes.get(at)) {
            parts.push(TemplatePart::Unknown(value.clone()));
        }
        rest = after;
    }
    if parts.is_empty() {
        return Value::from(text);
    }
    if !rest.is_empty() {
        parts.push(TemplatePart::Text(rest.into()));
    }
    let first = parts.iter().find_map(|part| match part {
        TemplatePart::Unknown(value) => Some(value.clone()),
        TemplatePart::Text(_) => None,
    });
    let Some(first) = first else { return Value::from(text) };
    if parts.len() == 1 {
        return first;
    }
    match &first.data {
        Data::Unknown(unknown) => {
            let mut unknown = (**unknown).clone();
            unknown.partial = Some(Partial::Template(parts));
            Data::Unknown(Arc::new(unknown)).into()
        }
        _ => first,
    }
}

pub(super) fn from_json(json: &serde_json::Value, holes: &[Value]) -> Value {
    match json {
        serde_json::Value::Null => Value::NULL,
        serde_json::Value::Bool(flag) => Value::from(*flag),
        serde_json::Value::Number(number) => {
            number.as_i64().map_or_else(|| Value::from(number.to_string()), Value::from)
        }
        serde_json::Value::String(text) => unmark(text, holes),
        serde_json::Value::Array(items) => {
            Value::tuple(items.iter().map(|it| from_json(it, holes)).collect())
        }
        serde_json::Value::Object(entries) => {
            Value::object(entries.iter().map(|(key, it)| (Arc::from(key.as_str()), from_json(it, holes))))
        }
    }
}
