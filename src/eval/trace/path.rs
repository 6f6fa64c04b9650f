//! The way into a value: attribute names, keys, indexes.
//!
//! In: an address as Terraform writes it, or parts that an expression adds. Out: the value at that
//! place, and the text of the way.

use std::fmt::Write as _;

use crate::eval::{Value, attribute, index, instances::quote};
use crate::syntax::address_parts;

/// One step into a value.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// `.name` or `["key"]`
    Key(String),
    /// `[0]`
    Index(usize),
    /// The member of a set, by its value.
    Member(Value),
    /// The key of an entry itself.
    KeyOf(String),
    /// `[*]`, or an index that can't be known.
    Any,
}

/// The parts of an address, each a name or what stands between brackets.
pub(super) fn parts(address: &str) -> Vec<Part> {
    address_parts(address).into_iter().map(part).collect()
}

fn part(text: &str) -> Part {
    let inner = text.strip_prefix('[').map(|text| text.strip_suffix(']').unwrap_or(text));
    match inner {
        Some("*") => Part::Any,
        Some(key) => match key.strip_prefix('"') {
            Some(key) => Part::Key(unquoted(key.strip_suffix('"').unwrap_or(key))),
            None => key.parse().map_or_else(|_| Part::Key(key.to_owned()), Part::Index),
        },
        None if text == "*" => Part::Any,
        None => text.parse().map_or_else(|_| Part::Key(text.to_owned()), Part::Index),
    }
}

/// The key that is escaped in an address: [`quote`] the other way round.
fn unquoted(key: &str) -> String {
    let mut out = String::with_capacity(key.len());
    let mut rest = key.chars();
    while let Some(c) = rest.next() {
        let next = rest.as_str();
        match c {
            '$' | '%' if next.starts_with(c) && next.get(1..).is_some_and(|next| next.starts_with('{')) => {
                rest.next();
                out.push(c);
            }
            '\\' => match rest.next() {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some('t') => out.push('\t'),
                Some(escape @ ('u' | 'U')) => {
                    let digits = if escape == 'u' { 4 } else { 8 };
                    let code =
                        rest.as_str().get(..digits).and_then(|text| u32::from_str_radix(text, 16).ok());
                    match code.and_then(char::from_u32) {
                        Some(letter) => {
                            rest = rest.as_str().get(digits..).unwrap_or("").chars();
                            out.push(letter);
                        }
                        None => out.push(escape),
                    }
                }
                other => out.extend(other),
            },
            c => out.push(c),
        }
    }
    out
}

/// The part that a key or index comes to.
pub(super) fn of_value(key: &Value) -> Part {
    if let Some(text) = key.as_str() {
        return Part::Key(text.to_owned());
    }
    let number = key.as_number().and_then(crate::eval::Number::as_i64);
    number.and_then(|number| usize::try_from(number).ok()).map_or(Part::Any, Part::Index)
}

/// The value at the end of a way; the last one that is certain where the way is not.
pub(super) fn pick(value: &Value, path: &[Part]) -> Value {
    let mut value = value.clone();
    for part in path {
        let inner = match part {
            Part::Key(name) => attribute(&value, name, true),
            Part::Index(at) => index(&value, &Value::from(i64::try_from(*at).unwrap_or(i64::MAX)), true),
            Part::Member(member) => Ok(member.clone()),
            Part::KeyOf(key) => Ok(Value::from(key.as_str())),
            Part::Any => return value,
        };
        value = inner.unwrap_or_else(Value::error);
    }
    value
}

/// The way as Terraform writes it, to stand behind a name.
pub(super) fn text(path: &[Part]) -> String {
    let mut out = String::new();
    for part in path {
        let _ = match part {
            Part::Key(name) if is_name(name) => write!(out, ".{name}"),
            Part::Key(name) | Part::KeyOf(name) => write!(out, "[{}]", quote(name)),
            Part::Index(at) => write!(out, "[{at}]"),
            Part::Member(_) | Part::Any => write!(out, "[*]"),
        };
    }
    out
}

fn is_name(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_alphabetic() || c == '_');
    begins && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_is_read_as_it_is_written() {
        let way = r#".a["x.y/\"z"].list[0].all[*]"#;
        assert_eq!(text(&parts(way)), way);
        for key in ["${x}", "$${y}", "$", "%{x}", "a\nb\tc", "q\"q\\b", "\u{1}\u{e0001}é"] {
            let quoted = quote(key);
            assert_eq!(unquoted(quoted.trim_matches('"')), key);
        }
        assert_eq!(text(&parts("rule.0.x")), ".rule[0].x");
    }
}
