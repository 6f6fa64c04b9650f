//! `csvdecode`.
//!
//! In: the text of a table whose first line names the columns. Out: a list of objects of strings.
//! Quotes follow RFC 4180; empty lines are skipped, as Terraform does.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::eval::{EvalError, Type, Value};

use super::{Function, MAX_ELEMENTS, any_unknown, sensitive, text, too_many};

pub(super) fn find(name: &str) -> Option<Function> {
    (name == "csvdecode").then_some(csvdecode)
}

fn csvdecode(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::Any) {
        return Ok(unknown);
    }
    let mut records = records(text(args, 0)?)?.into_iter();
    let names = records.next().ok_or_else(|| EvalError::new("the first line must name the columns"))?;
    if names.iter().collect::<BTreeSet<_>>().len() != names.len() {
        return Err(EvalError::new("two columns have the same name"));
    }
    let names: Vec<Arc<str>> = names.into_iter().map(Arc::from).collect();
    let row = |record: Vec<String>| {
        if record.len() == names.len() {
            Ok(Value::object(names.iter().cloned().zip(record.into_iter().map(Value::from))))
        } else {
            Err(EvalError::new("every line must have as many fields as the first"))
        }
    };
    let rows = records.map(row).collect::<Result<Vec<_>, _>>()?;
    Ok(Value::list(rows).sensitive_if(sensitive(args)))
}

fn records(text: &str) -> Result<Vec<Vec<String>>, EvalError> {
    let text = text.replace("\r\n", "\n");
    let mut chars = text.chars().peekable();
    let mut records = Vec::new();
    let mut fields = 0;
    let mut record = Vec::new();
    while chars.peek().is_some() {
        if record.is_empty() && chars.next_if_eq(&'\n').is_some() {
            continue;
        }
        record.push(field(&mut chars)?);
        fields += 1;
        if fields > MAX_ELEMENTS {
            return Err(too_many(fields));
        }
        match chars.next() {
            // A comma at the end of the text has an empty field after it.
            Some(',') if chars.peek().is_none() => record.push(String::new()),
            Some(',') => continue,
            _ => {}
        }
        records.push(std::mem::take(&mut record));
    }
    Ok(records)
}

/// One field, up to its comma or the end of its line.
fn field(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<String, EvalError> {
    let mut out = String::new();
    if chars.next_if_eq(&'"').is_none() {
        while let Some(char) = chars.next_if(|char| !matches!(char, ',' | '\n')) {
            if char == '"' {
                return Err(EvalError::new("a quote stands in a field that is not quoted"));
            }
            out.push(char);
        }
        return Ok(out);
    }
    while let Some(char) = chars.next() {
        if char != '"' {
            out.push(char);
        } else if chars.next_if_eq(&'"').is_some() {
            out.push('"');
        } else if matches!(chars.peek(), None | Some(',' | '\n')) {
            return Ok(out);
        } else {
            return Err(EvalError::new("text follows a closing quote"));
        }
    }
    Err(EvalError::new("a quote is not closed"))
}
