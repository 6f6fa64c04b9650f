//! Values in words: what evidence shows.
//!
//! In: a value. Out: one line, as Terraform writes it, without anything secret.

use crate::eval::{Data, Value, Why};

use super::explain::reason;
use super::functions::{holds_secret, names_secret};

/// What is shown of a value that must not be shown.
pub(super) const HIDDEN: &str = "(sensitive value)";

/// A value as Terraform writes it, on one line, at most `limit` characters.
pub(super) fn show(value: &Value, limit: usize) -> String {
    let mut out = String::new();
    write_value(value, limit, 0, &mut out);
    if out.chars().count() > limit {
        out = out.chars().take(limit.saturating_sub(1)).collect();
        out.push('…');
    }
    out
}

fn write_value(value: &Value, limit: usize, depth: u32, out: &mut String) {
    // That nothing is there, or why it is not known, gives nothing away.
    let told = match &value.data {
        Data::Null(_) => true,
        Data::Unknown(unknown) => !matches!(unknown.why, Why::Error(_)),
        _ => false,
    };
    if value.mark.sensitive && !told {
        out.push_str(HIDDEN);
        return;
    }
    if out.len() > limit * 4 || depth > 16 {
        out.push('…');
        return;
    }
    match &value.data {
        Data::Null(_) if depth == 0 => out.push_str("(not set)"),
        Data::Null(_) => out.push_str("null"),
        Data::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Data::Number(number) => out.push_str(&number.to_string()),
        Data::String(text) if holds_secret(text) => out.push_str(HIDDEN),
        Data::String(text) => {
            let short: String = text.chars().take(limit).collect();
            out.push_str(&format!("{short:?}"));
        }
        Data::Sequence(sequence) => {
            out.push('[');
            // Rules that look for secrets work with pairs of name and value.
            let pair = sequence.items.len() == 2;
            let named = pair && sequence.items.first().and_then(Value::as_str).is_some_and(names_secret);
            for (at, item) in sequence.items.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                if named && at == 1 && item.as_str().is_some() {
                    out.push_str(HIDDEN);
                } else {
                    write_value(item, limit, depth + 1, out);
                }
            }
            out.push(']');
        }
        Data::Mapping(entries) => {
            out.push('{');
            for (at, (key, item)) in entries.iter().enumerate() {
                out.push_str(if at == 0 { " " } else { ", " });
                out.push_str(key);
                out.push_str(" = ");
                if names_secret(key) && item.as_str().is_some() {
                    out.push_str(HIDDEN);
                } else {
                    write_value(item, limit, depth + 1, out);
                }
            }
            out.push_str(" }");
        }
        Data::Unknown(unknown) => out.push_str(&reason(&unknown.why)),
    }
}
