//! Text.

use std::sync::Arc;

use regex::Regex;

use crate::eval::weight::refuse_long;
use crate::eval::{Data, EvalError, Number, Type, Value, Why, convert};

use super::{Function, any_unknown, argument, items, sensitive, strings};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "chomp" => |args| map(args, |text, _| text.trim_end_matches(['\n', '\r']).to_owned()),
        "endswith" => |args| test(args, |text, part| text.ends_with(part)),
        "startswith" => |args| test(args, |text, part| text.starts_with(part)),
        "strcontains" => |args| test(args, |text, part| text.contains(part)),
        "format" => format,
        "formatlist" => formatlist,
        "indent" => indent,
        "join" => join,
        "lower" => |args| map(args, |text, _| text.to_lowercase()),
        "upper" => |args| map(args, |text, _| text.to_uppercase()),
        "title" => |args| map(args, |text, _| title(text)),
        "strrev" => |args| map(args, |text, _| text.chars().rev().collect()),
        "trimspace" => |args| map(args, |text, _| text.trim().to_owned()),
        "trim" => |args| map(args, |text, cut| text.trim_matches(|char| cut.contains(char)).to_owned()),
        "trimprefix" => |args| map(args, |text, cut| text.strip_prefix(cut).unwrap_or(text).to_owned()),
        "trimsuffix" => |args| map(args, |text, cut| text.strip_suffix(cut).unwrap_or(text).to_owned()),
        "regex" => |args| regex(args, false),
        "regexall" => |args| regex(args, true),
        "replace" => replace,
        "split" => split,
        "substr" => substr,
        "basename" => |args| map(args, |path, _| basename(path).to_owned()),
        "pathexpand" => pathexpand,
        "dirname" => |args| map(args, |path, _| dirname(path).to_owned()),
        _ => return None,
    })
}

/// A function of one string, with an optional second one.
fn map(args: &[Value], function: fn(&str, &str) -> String) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::String) {
        return Ok(unknown);
    }
    let args = strings(args)?;
    let second = args.get(1).and_then(Value::as_str).unwrap_or("");
    Ok(Value::from(function(super::text(&args, 0)?, second)).sensitive_if(sensitive(&args)))
}

fn test(args: &[Value], function: fn(&str, &str) -> bool) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::Bool) {
        return Ok(unknown);
    }
    let args = strings(args)?;
    Ok(Value::from(function(super::text(&args, 0)?, super::text(&args, 1)?)).sensitive_if(sensitive(&args)))
}

/// A path under the home of whoever runs Terraform is unknown; every other path stays.
fn pathexpand(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::String) {
        return Ok(unknown);
    }
    if super::text(args, 0)?.starts_with('~') {
        return Ok(Value::unknown(Why::Function("pathexpand".into())).sensitive_if(sensitive(args)));
    }
    Ok(argument(args, 0)?.clone())
}

fn basename(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" if path.is_empty() => ".",
        "" => "/",
        trimmed => trimmed.rsplit('/').next().unwrap_or(trimmed),
    }
}

fn dirname(path: &str) -> &str {
    match path.rsplit_once('/') {
        None => ".",
        Some((dir, _)) if dir.trim_end_matches('/').is_empty() => "/",
        Some((dir, _)) => dir.trim_end_matches('/'),
    }
}

fn title(text: &str) -> String {
    let mut start = true;
    text.chars()
        .flat_map(|char| {
            let upper =
                std::mem::replace(&mut start, !(char.is_alphanumeric() || char == '_' || char == '\''));
            if upper { char.to_uppercase().collect::<Vec<_>>() } else { vec![char] }
        })
        .collect()
}

fn join(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::String) {
        return Ok(unknown);
    }
    let between = super::text(args, 0)?;
    let (mut parts, mut bytes) = (Vec::new(), 0);
    for at in 1..args.len() {
        for item in items(args, at)? {
            let item = convert::to_text(item)?;
            match &item.data {
                Data::String(text) => {
                    bytes += text.len() + between.len();
                    refuse_long(bytes)?;
                    parts.push(text.to_string());
                }
                _ => return Err(EvalError::new("a list of strings must not hold null")),
            }
        }
    }
    let joined = parts.join(between);
    Ok(Value::from(joined).sensitive_if(sensitive(args)))
}

fn split(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::List(Box::new(Type::String))) {
        return Ok(unknown);
    }
    let args = strings(args)?;
    let (separator, text) = (super::text(&args, 0)?, super::text(&args, 1)?);
    let parts: Vec<Value> = if text.is_empty() {
        Vec::new()
    } else if separator.is_empty() {
        text.chars().map(|char| Value::from(char.to_string())).collect()
    } else {
        text.split(separator).map(Value::from).collect()
    };
    // An empty text is one empty part.
    let parts = if text.is_empty() && !separator.is_empty() { vec![Value::from("")] } else { parts };
    Ok(Value::list(parts).sensitive_if(sensitive(&args)))
}

fn substr(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::String) {
        return Ok(unknown);
    }
    let text: Vec<char> = super::text(args, 0)?.chars().collect();
    let number = |at: usize| -> Result<i64, EvalError> {
        let number = convert::convert(argument(args, at)?, &Type::Number)?;
        number.as_number().and_then(Number::as_i64).ok_or_else(|| EvalError::new("a whole number is needed"))
    };
    let count = i64::try_from(text.len()).unwrap_or(i64::MAX);
    let start = number(1)?;
    let start = if start < 0 { (count + start).max(0) } else { start.min(count) };
    let length = number(2)?;
    let end = if length < 0 { count } else { start.saturating_add(length).min(count) };
    let range = usize::try_from(start).unwrap_or(0)..usize::try_from(end).unwrap_or(0);
    Ok(Value::from(text.get(range).unwrap_or(&[]).iter().collect::<String>()))
}

fn indent(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::String) {
        return Ok(unknown);
    }
    let spaces =
        argument(args, 0)?.as_number().and_then(Number::as_i64).and_then(|count| usize::try_from(count).ok());
    let spaces = spaces
        .filter(|count| *count <= 1_000)
        .ok_or_else(|| EvalError::new("the indentation must be from 0 to 1000"))?;
    Ok(Value::from(super::text(args, 1)?.replace('\n', &format!("\n{}", " ".repeat(spaces)))))
}

fn replace(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::String) {
        return Ok(unknown);
    }
    let args = strings(args)?;
    let (text, from, to) = (super::text(&args, 0)?, super::text(&args, 1)?, super::text(&args, 2)?);
    let inner = from.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).filter(|_| from.len() > 1);
    let replaced = match inner {
        Some(pattern) => replace_pattern(text, &pattern_of(pattern)?, to)?,
        None => {
            let added = text.matches(from).count().saturating_mul(to.len());
            refuse_long(text.len().saturating_add(added))?;
            text.replace(from, to)
        }
    };
    Ok(Value::from(replaced).sensitive_if(sensitive(&args)))
}

/// Like [`Regex::replace_all`], but stops at the limit.
fn replace_pattern(text: &str, pattern: &Regex, to: &str) -> Result<String, EvalError> {
    let (mut out, mut end) = (String::new(), 0);
    let groups = to.matches('$').count();
    for found in pattern.captures_iter(text) {
        let Some(whole) = found.get(0) else { continue };
        out.push_str(text.get(end..whole.start()).unwrap_or_default());
        end = whole.end();
        let added = groups.saturating_mul(whole.len()).saturating_add(to.len());
        refuse_long(out.len().saturating_add(added))?;
        found.expand(to, &mut out);
    }
    out.push_str(text.get(end..).unwrap_or_default());
    refuse_long(out.len())?;
    Ok(out)
}

fn pattern_of(pattern: &str) -> Result<Regex, EvalError> {
    let built = regex::RegexBuilder::new(pattern).size_limit(1 << 20).build();
    built.map_err(|_| EvalError::new(format!("{pattern:?} is no regular expression")))
}

fn regex(args: &[Value], all: bool) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::Any) {
        return Ok(unknown);
    }
    let hidden = super::sensitive(args);
    let args = strings(args)?;
    let pattern = pattern_of(super::text(&args, 0)?)?;
    let text = super::text(&args, 1)?;
    let found = |captures: &regex::Captures<'_>| -> Value {
        let group =
            |found: Option<regex::Match<'_>>| found.map_or(Value::NULL, |found| Value::from(found.as_str()));
        if pattern.capture_names().flatten().next().is_some() {
            let names = pattern.capture_names().flatten();
            return Value::object(names.map(|name| (Arc::from(name), group(captures.name(name)))));
        }
        if captures.len() == 1 {
            group(captures.get(0))
        } else {
            Value::tuple(captures.iter().skip(1).map(group).collect())
        }
    };
    if all {
        return Ok(Value::list(pattern.captures_iter(text).map(|captures| found(&captures)).collect())
            .sensitive_if(hidden));
    }
    pattern
        .captures(text)
        .map(|captures| found(&captures).sensitive_if(hidden))
        .ok_or_else(|| EvalError::new("the pattern matches nothing"))
}

fn format(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::String) {
        return Ok(unknown);
    }
    let text = formatted(super::text(args, 0)?, args.get(1..).unwrap_or(&[]))?;
    Ok(Value::from(text).sensitive_if(sensitive(args)))
}

fn formatlist(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::List(Box::new(Type::String))) {
        return Ok(unknown);
    }
    let pattern = super::text(args, 0)?;
    let rest = args.get(1..).unwrap_or(&[]);
    let lengths: Vec<usize> = rest.iter().filter_map(Value::as_items).map(<[Value]>::len).collect();
    let count = lengths.first().copied().unwrap_or(1);
    if lengths.iter().any(|length| *length != count) {
        return Err(EvalError::new("the lists must have the same length"));
    }
    let row = |at: usize| -> Vec<Value> {
        rest.iter()
            .map(|arg| {
                arg.as_items().map_or(Some(arg), |items| items.get(at)).cloned().unwrap_or(Value::NULL)
            })
            .collect()
    };
    let lines =
        (0..count).map(|at| formatted(pattern, &row(at)).map(Value::from)).collect::<Result<Vec<_>, _>>()?;
    Ok(Value::list(lines))
}

/// The verbs of Terraform's `format`: `%s %q %d %f %t %v %x %%`, with width and precision.
fn formatted(pattern: &str, args: &[Value]) -> Result<String, EvalError> {
    let mut out = String::new();
    let mut next = 0;
    let mut chars = pattern.chars().peekable();
    while let Some(char) = chars.next() {
        if char != '%' {
            out.push(char);
            continue;
        }
        let mut flags = String::new();
        while let Some(flag) = chars.next_if(|char| "+-#0 123456789.[]".contains(*char)) {
            flags.push(flag);
        }
        let Some(verb) = chars.next() else { return Err(EvalError::new("the format ends after %")) };
        if verb == '%' {
            out.push('%');
            continue;
        }
        let mut spec = flags.as_str();
        if let Some((before, rest)) = flags.split_once('[')
            && let Some((at, after)) = rest.split_once(']')
        {
            next = at.parse::<usize>().unwrap_or(1).saturating_sub(1);
            spec = if before.is_empty() { after } else { before };
        }
        let value =
            args.get(next).ok_or_else(|| EvalError::new(format!("there is no argument for %{verb}")))?;
        next += 1;
        let (width, precision) =
            spec.split_once('.').map_or((spec, None), |(width, precision)| (width, precision.parse().ok()));
        let text = match (verb, spec.contains('#')) {
            // `%#v` is JSON for every value.
            ('v', true) => crate::eval::json::encode(value)?.as_str().unwrap_or_default().to_owned(),
            _ => verb_text(verb, value, precision)?,
        };
        let signed = spec.contains('+') && matches!(verb, 'd' | 'f' | 'e') && !text.starts_with('-');
        let text = if signed { format!("+{text}") } else { text };
        out.push_str(&padded(&text, width));
        refuse_long(out.len())?;
    }
    if next < args.len() && !pattern.contains("%[") {
        return Err(EvalError::new("there are more arguments than the format uses"));
    }
    Ok(out)
}

fn verb_text(verb: char, value: &Value, precision: Option<usize>) -> Result<String, EvalError> {
    let number = || -> Result<Number, EvalError> {
        let number = convert::convert(value, &Type::Number)?;
        number.as_number().cloned().ok_or_else(|| EvalError::new(format!("%{verb} needs a number")))
    };
    let as_text = || -> Result<String, EvalError> {
        let text = convert::to_text(value)?;
        text.as_str()
            .map(str::to_owned)
            .ok_or_else(|| EvalError::new(format!("%{verb} needs a string, not null")))
    };
    Ok(match verb {
        's' => match precision {
            Some(count) => as_text()?.chars().take(count).collect(),
            None => as_text()?,
        },
        'q' => format!("\"{}\"", as_text()?.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")),
        'd' => match number()? {
            number if number.is_whole() => number.to_string(),
            _ => return Err(EvalError::new("%d needs a whole number")),
        },
        'g' if precision.is_none() => general(number()?.as_f64()),
        'f' => format!("{:.*}", precision.unwrap_or(6).min(100), number()?.as_f64()),
        'e' => exponential(number()?.as_f64(), precision.unwrap_or(6).min(100)),
        't' => as_text()?,
        'x' => format!("{:x}", number()?.as_i64().unwrap_or_default()),
        'X' => format!("{:X}", number()?.as_i64().unwrap_or_default()),
        'b' => format!("{:b}", number()?.as_i64().unwrap_or_default()),
        'o' => format!("{:o}", number()?.as_i64().unwrap_or_default()),
        'v' => match &value.data {
            Data::Sequence(_) | Data::Mapping(_) => {
                crate::eval::json::encode(value)?.as_str().unwrap_or_default().to_owned()
            }
            Data::Null => "null".to_owned(),
            _ => as_text()?,
        },
        _ => return Err(EvalError::new(format!("%{verb} is no format verb"))),
    })
}

/// `1.234500e+03`: the exponent has a sign and at least two digits.
fn exponential(number: f64, precision: usize) -> String {
    let text = format!("{number:.precision$e}");
    match text.split_once('e').map(|(digits, exponent)| (digits, exponent.parse::<i32>().unwrap_or(0))) {
        Some((digits, exponent)) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.abs())
        }
        None => text,
    }
}

/// The fewest digits that mean the number; an exponent where it is below -4 or above 20.
fn general(number: f64) -> String {
    let size = number.abs();
    if size != 0.0 && !(1e-4..1e21).contains(&size) {
        let text = format!("{number:e}");
        let precision = text.split(['.', 'e']).nth(1).filter(|_| text.contains('.')).map_or(0, str::len);
        return exponential(number, precision);
    }
    number.to_string()
}

fn padded(text: &str, width: &str) -> String {
    let left = width.starts_with('-');
    let zero = width.starts_with('0');
    let wanted: usize = width.trim_start_matches(['-', '+', '0', ' ', '#']).parse().unwrap_or(0);
    let missing = wanted.min(1_000).saturating_sub(text.chars().count());
    match (left, zero) {
        (true, _) => format!("{text}{}", " ".repeat(missing)),
        (_, true) => {
            let (sign, digits) = text.split_at(usize::from(text.starts_with(['-', '+'])));
            format!("{sign}{}{digits}", "0".repeat(missing))
        }
        _ => format!("{}{text}", " ".repeat(missing)),
    }
}
