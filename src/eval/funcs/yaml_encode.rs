//! `yamlencode`.
//!
//! In: a value. Out: YAML text with the line breaks, quotes and escapes of Terraform's own writer.

use std::fmt::Write as _;

use crate::eval::{Data, EvalError, Type, Value, Why};

use super::{Function, any_unknown, argument};

/// Nesting that is written.
const MAX_DEPTH: usize = 128;
/// Past this column a quoted text goes on in the next line.
const WIDTH: usize = 80;
/// A longer key is written in another form, which is not computed.
const LONGEST_KEY: usize = 128;

pub(super) fn find(name: &str) -> Option<Function> {
    (name == "yamlencode").then_some(yamlencode)
}

fn yamlencode(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::String) {
        return Ok(unknown);
    }
    let value = argument(args, 0)?;
    let mut out = String::new();
    if !node(value, 0, 0, &mut out)? {
        return Ok(Value::unknown_of(Type::String, Why::Function("yamlencode".into())));
    }
    // A plain word alone must be ended.
    if matches!(value.data, Data::Null(_) | Data::Bool(_) | Data::Number(_)) {
        out.push_str("...\n");
    }
    Ok(Value::from(out))
}

/// Writes what stands in one place, with its line break; further lines begin with `indent` blanks.
/// False where a key has a form that is not computed.
fn node(value: &Value, indent: usize, depth: usize, out: &mut String) -> Result<bool, EvalError> {
    if depth > MAX_DEPTH {
        return Err(EvalError::new(format!("the value is nested more than {MAX_DEPTH} levels deep")));
    }
    match &value.data {
        Data::Null(_) | Data::Unknown(_) => out.push_str("null\n"),
        Data::Bool(value) => out.push_str(if *value { "true\n" } else { "false\n" }),
        Data::Number(number) => {
            let _ = writeln!(out, "{number}");
        }
        Data::String(text) => scalar(text, indent + 2, out),
        Data::Sequence(sequence) if sequence.items.is_empty() => out.push_str("[]\n"),
        Data::Mapping(entries) if entries.is_empty() => out.push_str("{}\n"),
        Data::Sequence(sequence) => {
            for (at, item) in sequence.items.iter().enumerate() {
                begin(at, indent, out);
                out.push_str("- ");
                let inner = if nested(item) { indent + 2 } else { indent };
                if !node(item, inner, depth + 1, out)? {
                    return Ok(false);
                }
            }
        }
        Data::Mapping(entries) => {
            for (at, (key, item)) in entries.iter().enumerate() {
                if key.len() > LONGEST_KEY || key.contains('\n') {
                    return Ok(false);
                }
                begin(at, indent, out);
                quoted(key, None, out);
                out.push(':');
                // A list stands under its key, a map further in.
                let inner = match &item.data {
                    Data::Mapping(_) if nested(item) => indent + 2,
                    _ => indent,
                };
                if nested(item) {
                    out.push('\n');
                    out.push_str(&" ".repeat(inner));
                } else {
                    out.push(' ');
                }
                if !node(item, inner, depth + 1, out)? {
                    return Ok(false);
                }
            }
        }
    }
    Ok(true)
}

/// The first entry stands where the collection begins.
fn begin(at: usize, indent: usize, out: &mut String) {
    if at > 0 {
        out.push_str(&" ".repeat(indent));
    }
}

/// Whether it takes lines of its own.
fn nested(value: &Value) -> bool {
    match &value.data {
        Data::Sequence(sequence) => !sequence.items.is_empty(),
        Data::Mapping(entries) => !entries.is_empty(),
        _ => false,
    }
}

fn scalar(text: &str, indent: usize, out: &mut String) {
    let block = text.contains('\n')
        && !text.ends_with(' ')
        && !text.contains(" \n")
        && text.chars().all(|char| char == '\n' || (printable(char) && !is_break(char)));
    if !block {
        quoted(text, Some(indent), out);
        out.push('\n');
        return;
    }
    out.push('|');
    if text.starts_with([' ', '\n']) {
        out.push('2');
    }
    if !text.ends_with('\n') {
        out.push('-');
    } else if text == "\n" || text.ends_with("\n\n") {
        out.push('+');
    }
    out.push('\n');
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        if !line.is_empty() {
            out.push_str(&" ".repeat(indent));
            out.push_str(line);
        }
        out.push('\n');
    }
}

fn printable(char: char) -> bool {
    matches!(char, '\n' | ' '..='~' | '\u{a0}'..='\u{fffd}') && char != '\u{feff}'
}

fn is_break(char: char) -> bool {
    matches!(char, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Text in double quotes; with an indentation it may be broken at blanks.
fn quoted(text: &str, indent: Option<usize>, out: &mut String) {
    let mut column = out.chars().rev().take_while(|char| *char != '\n').count() + 1;
    let mut after_blank = false;
    out.push('"');
    let mut chars = text.chars().peekable();
    let mut first = true;
    while let Some(char) = chars.next() {
        let last = chars.peek().is_none();
        match indent {
            Some(indent) if char == ' ' && !after_blank && column > WIDTH && !first && !last => {
                out.push('\n');
                out.push_str(&" ".repeat(indent));
                column = indent;
                if chars.peek() == Some(&' ') {
                    out.push('\\');
                    column += 1;
                }
            }
            _ => {
                let before = out.len();
                escaped(char, out);
                column += out.get(before..).map_or(1, |written| written.chars().count());
            }
        }
        after_blank = char == ' ';
        first = false;
    }
    out.push('"');
}

fn escaped(char: char, out: &mut String) {
    let short = match char {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        char if printable(char) => {
            out.push(char);
            return;
        }
        char => {
            let code = u32::from(char);
            let _ = match code {
                0..=0xff => write!(out, "\\x{code:02X}"),
                0x100..=0xffff => write!(out, "\\u{code:04X}"),
                _ => write!(out, "\\U{code:08X}"),
            };
            return;
        }
    };
    out.push('\\');
    out.push(short);
}
