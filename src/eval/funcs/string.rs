//! Text: cut, joined, turned.
//!
//! Characters are what a reader sees as one (grapheme clusters), as in Terraform.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::eval::{Data, EvalError, Number, Type, Value};

use super::{Function, any_unknown, argument, items, refuse_long};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "chomp" => |args| map(args, |text, _| text.trim_end_matches(['\n', '\r']).to_owned()),
        "endswith" => |args| test(args, |text, part| text.ends_with(part)),
        "startswith" => |args| test(args, |text, part| text.starts_with(part)),
        "strcontains" => |args| test(args, |text, part| text.contains(part)),
        "indent" => indent,
        "join" => join,
        "lower" => |args| map(args, |text, _| text.chars().map(lower).collect()),
        "upper" => |args| map(args, |text, _| text.chars().map(upper).collect()),
        "title" => |args| map(args, |text, _| title(text)),
        "strrev" => |args| map(args, |text, _| clusters(text).rev().collect()),
        "trimspace" => |args| map(args, |text, _| text.trim().to_owned()),
        "trim" => |args| map(args, |text, cut| text.trim_matches(|char| cut.contains(char)).to_owned()),
        "trimprefix" => |args| map(args, |text, cut| text.strip_prefix(cut).unwrap_or(text).to_owned()),
        "trimsuffix" => |args| map(args, |text, cut| text.strip_suffix(cut).unwrap_or(text).to_owned()),
        "split" => split,
        "substr" => substr,
        _ => return None,
    })
}

/// The characters of a text as a reader sees them.
pub(super) fn clusters(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.graphemes(true)
}

/// A function of one string, with an optional second one.
pub(super) fn map(args: &[Value], function: fn(&str, &str) -> String) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::String) {
        return Ok(unknown);
    }
    let second = args.get(1).and_then(Value::as_str).unwrap_or("");
    Ok(Value::from(function(super::text(args, 0)?, second)))
}

fn test(args: &[Value], function: fn(&str, &str) -> bool) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::Bool) {
        return Ok(unknown);
    }
    Ok(Value::from(function(super::text(args, 0)?, super::text(args, 1)?)))
}

/// One character for one: what would take several (`ß`) stays, as in Go.
fn upper(char: char) -> char {
    let mut upper = char.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => one,
        _ => char,
    }
}

fn lower(char: char) -> char {
    char.to_lowercase().next().unwrap_or(char)
}

/// Every letter that does not follow a letter, digit or underscore is made a capital.
fn title(text: &str) -> String {
    let mut start = true;
    let capital = |char: char| match char {
        'Ǆ' | 'ǅ' | 'ǆ' => 'ǅ',
        'Ǉ' | 'ǈ' | 'ǉ' => 'ǈ',
        'Ǌ' | 'ǋ' | 'ǌ' => 'ǋ',
        'Ǳ' | 'ǲ' | 'ǳ' => 'ǲ',
        char => upper(char),
    };
    let separates = |char: char| {
        if char.is_ascii() { !char.is_ascii_alphanumeric() && char != '_' } else { char.is_whitespace() }
    };
    text.chars()
        .map(|char| if std::mem::replace(&mut start, separates(char)) { capital(char) } else { char })
        .collect()
}

fn join(args: &[Value]) -> Result<Value, EvalError> {
    if args.len() < 2 {
        return Err(EvalError::new("at least one list is needed"));
    }
    // One text is that text, whatever would stand between.
    if let [_, list] = args
        && let Some([only]) = list.as_items()
        && only.as_unknown().is_some()
    {
        return Ok(only.clone());
    }
    if let Some(unknown) = any_unknown(args, &Type::String) {
        return Ok(unknown);
    }
    let between = super::text(args, 0)?;
    let (mut parts, mut bytes) = (Vec::new(), 0);
    for at in 1..args.len() {
        for item in items(args, at)? {
            match &item.data {
                Data::String(text) => {
                    bytes += text.len() + between.len();
                    refuse_long(bytes)?;
                    parts.push(&**text);
                }
                _ => return Err(EvalError::new("a list of strings must not hold null")),
            }
        }
    }
    Ok(Value::from(parts.join(between)))
}

fn split(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::List(Box::new(Type::String))) {
        return Ok(unknown);
    }
    let (separator, text) = (super::text(args, 0)?, super::text(args, 1)?);
    let parts: Vec<Value> = if separator.is_empty() {
        text.chars().map(|char| Value::from(char.to_string())).collect()
    } else {
        // An empty text is one empty part.
        text.split(separator).map(Value::from).collect()
    };
    Ok(Value::list(parts))
}

fn substr(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::String) {
        return Ok(unknown);
    }
    let text: Vec<&str> = clusters(super::text(args, 0)?).collect();
    let number = |at: usize| -> Result<i64, EvalError> {
        let number = argument(args, at)?.as_number().and_then(Number::as_i64);
        number.ok_or_else(|| EvalError::new("a whole number is needed"))
    };
    let count = i64::try_from(text.len()).unwrap_or(i64::MAX);
    let start = number(1)?;
    let start = if start < 0 { count.saturating_add(start).max(0) } else { start.min(count) };
    let length = number(2)?;
    let end = if length < 0 { count } else { start.saturating_add(length).min(count) };
    let range = usize::try_from(start).unwrap_or(0)..usize::try_from(end).unwrap_or(0);
    Ok(Value::from(text.get(range).unwrap_or(&[]).concat()))
}

fn indent(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::String) {
        return Ok(unknown);
    }
    let spaces = argument(args, 0)?.as_number().and_then(Number::as_i64);
    let spaces = spaces.and_then(|count| usize::try_from(count).ok()).filter(|count| *count <= 1_000);
    let spaces = spaces.ok_or_else(|| EvalError::new("the indentation must be from 0 to 1000"))?;
    Ok(Value::from(super::text(args, 1)?.replace('\n', &format!("\n{}", " ".repeat(spaces)))))
}
