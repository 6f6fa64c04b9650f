//! `jsonencode`, and JSON that was read already.

use std::fmt::Write as _;
use std::sync::Arc;

pub use super::json_decode::decode;

use super::{Data, EvalError, Number, Partial, Type, Unknown, Value, ops};

/// Nesting that is read and written.
pub(super) const MAX_DEPTH: usize = 128;

/// The JSON text of a value, as Terraform writes it. With an unknown part the text is unknown, and
/// the value is kept as its known part.
pub fn encode(value: &Value) -> Result<Value, EvalError> {
    let mut sensitive = false;
    if let Some(unknown) = value.find_unknown() {
        let mut refers = Vec::new();
        ops::collect_references(value, &mut refers);
        let unknown = Unknown {
            ty: Type::String,
            why: unknown.why.clone(),
            refers,
            made: false,
            not_null: true,
            partial: Some(Partial::Json(value.clone())),
        };
        return Ok(Value::from(Data::Unknown(Arc::new(unknown))).sensitive_if(value.mark.sensitive));
    }
    let mut text = String::new();
    write(value, &mut text, 0, &mut sensitive)?;
    Ok(Value::from(text).sensitive_if(sensitive))
}

fn write(value: &Value, out: &mut String, depth: usize, sensitive: &mut bool) -> Result<(), EvalError> {
    if depth > MAX_DEPTH {
        return Err(EvalError::new(format!("the value is nested more than {MAX_DEPTH} levels deep")));
    }
    *sensitive |= value.mark.sensitive;
    match &value.data {
        Data::Null(_) | Data::Unknown(_) => out.push_str("null"),
        Data::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Data::Number(number) => {
            let _ = write!(out, "{number}");
        }
        Data::String(text) => quote(text, out),
        Data::Sequence(sequence) => {
            out.push('[');
            for (at, item) in sequence.items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(item, out, depth + 1, sensitive)?;
            }
            out.push(']');
        }
        Data::Mapping(entries) => {
            out.push('{');
            for (at, (key, item)) in entries.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                quote(key, out);
                out.push(':');
                write(item, out, depth + 1, sensitive)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

/// Terraform escapes what is unsafe in HTML, as Go's encoder does.
fn quote(text: &str, out: &mut String) {
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(char));
            }
            char => out.push(char),
        }
    }
    out.push('"');
}

/// A JSON value as a value: arrays are tuples, objects objects.
pub fn from_json(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::NULL,
        serde_json::Value::Bool(value) => Value::from(*value),
        serde_json::Value::Number(number) => match Number::parse(&number.to_string()) {
            Some(number) => Value::from(number),
            None => Value::NULL,
        },
        serde_json::Value::String(text) => Value::from(text.as_str()),
        serde_json::Value::Array(items) => Value::tuple(items.iter().map(from_json).collect()),
        serde_json::Value::Object(entries) => {
            Value::object(entries.iter().map(|(key, value)| (Arc::from(key.as_str()), from_json(value))))
        }
    }
}
