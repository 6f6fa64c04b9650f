//! `format` and `formatlist`: Terraform's verbs, with flags, width and precision.

use crate::eval::{Data, EvalError, Number, Type, Value, convert, json};

use super::shape::is_bare_null;
use super::string::clusters;
use super::{Function, refuse_long, unknown_of};

/// The largest width or precision that is computed.
const MAX_WIDTH: usize = 10_000;

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "format" => format,
        "formatlist" => formatlist,
        _ => return None,
    })
}

/// What one line comes to. A null of no type may be one of any, and the text waits for it.
fn line(pattern: &str, args: &[Value]) -> Result<Value, EvalError> {
    if args.iter().any(|arg| is_bare_null(arg) || arg.find_unknown().is_some()) {
        let why = args.iter().find_map(Value::find_unknown).map(|unknown| unknown.why.clone());
        let why = why.unwrap_or(crate::eval::Why::Function("format".into()));
        let mut unknown = unknown_of(&Type::String, args);
        if unknown.is_null() {
            unknown = Value::unknown_of(Type::String, why);
        }
        return Ok(unknown);
    }
    formatted(pattern, args).map(Value::from)
}

fn format(args: &[Value]) -> Result<Value, EvalError> {
    let rest = args.get(1..).unwrap_or(&[]);
    match args.first().and_then(Value::as_str) {
        Some(pattern) => line(pattern, rest),
        None => Ok(unknown_of(&Type::String, args)),
    }
}

fn formatlist(args: &[Value]) -> Result<Value, EvalError> {
    let ty = Type::List(Box::new(Type::String));
    let rest = args.get(1..).unwrap_or(&[]);
    let list = |arg: &Value| {
        let open = |ty: &Type| matches!(ty, Type::Any | Type::List(_) | Type::Set(_) | Type::Tuple(_));
        arg.as_unknown().is_some_and(|unknown| open(&unknown.ty))
    };
    if rest.iter().any(list) {
        return Ok(unknown_of(&ty, args));
    }
    let lengths: Vec<usize> = rest.iter().filter_map(Value::as_items).map(<[Value]>::len).collect();
    let count = lengths.first().copied().unwrap_or(1);
    if lengths.iter().any(|length| *length != count) {
        return Err(EvalError::new("the lists must have the same length"));
    }
    let Some(pattern) = args.first().and_then(Value::as_str) else { return Ok(unknown_of(&ty, args)) };
    let row = |at: usize| -> Vec<Value> {
        let cell = |arg: &Value| arg.as_items().map_or(Some(arg), |items| items.get(at)).cloned();
        rest.iter().map(|arg| cell(arg).unwrap_or(Value::NULL)).collect()
    };
    Ok(Value::list((0..count).map(|at| line(pattern, &row(at))).collect::<Result<Vec<_>, _>>()?))
}

/// What stands between `%` and the verb.
#[derive(Default)]
struct Flags {
    plus: bool,
    minus: bool,
    space: bool,
    hash: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
    /// `[2]`: the argument, counted from 1.
    argument: Option<usize>,
}

fn number(rest: &str) -> Result<(Option<usize>, &str), EvalError> {
    let end = rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, after) = rest.split_at(end);
    if digits.is_empty() {
        return Ok((None, after));
    }
    let number: Option<usize> = digits.parse().ok().filter(|number| *number <= MAX_WIDTH);
    number
        .map(|number| (Some(number), after))
        .ok_or_else(|| EvalError::new("a number in the format is too large"))
}

/// The flags at the start of `rest`, and what follows them.
fn flags(mut rest: &str) -> Result<(Flags, &str), EvalError> {
    let mut flags = Flags::default();
    while let Some(flag) = rest.chars().next() {
        match flag {
            '+' => flags.plus = true,
            '-' => flags.minus = true,
            ' ' => flags.space = true,
            '#' => flags.hash = true,
            '0' => flags.zero = true,
            _ => break,
        }
        rest = rest.get(1..).unwrap_or("");
    }
    let (width, after) = number(rest)?;
    flags.width = width.unwrap_or(0);
    rest = after;
    if let Some(after) = rest.strip_prefix('.') {
        let (precision, after) = number(after)?;
        flags.precision = Some(precision.unwrap_or(0));
        rest = after;
    }
    if let Some(after) = rest.strip_prefix('[') {
        let (at, after) = number(after)?;
        let after =
            after.strip_prefix(']').ok_or_else(|| EvalError::new("a [ in the format is not closed"))?;
        flags.argument =
            Some(at.filter(|at| *at > 0).ok_or_else(|| EvalError::new("arguments count from 1"))?);
        rest = after;
    }
    Ok((flags, rest))
}

fn formatted(pattern: &str, args: &[Value]) -> Result<String, EvalError> {
    let mut out = String::new();
    let mut rest = pattern;
    let (mut next, mut last) = (0, 0);
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        let (flags, after) = flags(after)?;
        let verb = after.chars().next().ok_or_else(|| EvalError::new("the format ends after %"))?;
        rest = after.get(verb.len_utf8()..).unwrap_or("");
        if let Some(at) = flags.argument {
            next = at - 1;
        }
        let value =
            args.get(next).ok_or_else(|| EvalError::new(format!("there is no argument for %{verb}")))?;
        next += 1;
        last = last.max(next);
        out.push_str(&verb_text(verb, value, &flags)?);
        refuse_long(out.len())?;
    }
    out.push_str(rest);
    if last < args.len() {
        return Err(EvalError::new("there are more arguments than the format uses"));
    }
    Ok(out)
}

fn verb_text(verb: char, value: &Value, flags: &Flags) -> Result<String, EvalError> {
    let as_number = || -> Result<Number, EvalError> {
        let number = convert::convert(value, &Type::Number)?;
        number.as_number().cloned().ok_or_else(|| EvalError::new(format!("%{verb} needs a number")))
    };
    let as_text = || -> Result<String, EvalError> {
        let text = convert::to_text(value)?;
        text.as_str().map(str::to_owned).ok_or_else(|| EvalError::new(format!("%{verb} needs a string")))
    };
    if value.is_null() && verb != 'v' {
        return Err(EvalError::new(format!("%{verb} can't write null")));
    }
    let as_json = || json::encode(value).map(|text| text.as_str().unwrap_or_default().to_owned());
    let places = flags.precision.unwrap_or(6);
    Ok(match verb {
        'v' if flags.hash => padded(&as_json()?, flags),
        'v' => match &value.data {
            Data::String(text) => padded(text, flags),
            Data::Number(number) => {
                signed(number.general(None), &Flags { plus: false, space: false, ..*flags })
            }
            _ => padded(&as_json()?, flags),
        },
        's' => padded(&shortened(&as_text()?, flags), flags),
        'q' => {
            let text = shortened(&as_text()?, flags);
            let quoted = json::encode(&Value::from(text))?;
            padded(quoted.as_str().unwrap_or_default(), flags)
        }
        't' => {
            let bool = convert::convert(value, &Type::Bool)?;
            let bool = bool.as_bool().ok_or_else(|| EvalError::new("%t needs true or false"))?;
            if bool { "true" } else { "false" }.to_owned()
        }
        'd' | 'b' | 'o' | 'x' | 'X' => {
            let radix = match verb {
                'd' => 10,
                'b' => 2,
                'o' => 8,
                _ => 16,
            };
            let digits = as_number()?.in_radix(radix);
            let mut digits = digits.ok_or_else(|| EvalError::new(format!("%{verb} needs a whole number")))?;
            let prefix = match verb {
                _ if !flags.hash => "",
                'o' => "0",
                'x' | 'X' => "0x",
                'b' => "0b",
                _ => "",
            };
            let at = usize::from(digits.starts_with('-'));
            digits.insert_str(at, prefix);
            signed(if verb == 'X' { digits.to_uppercase() } else { digits }, flags)
        }
        'e' => signed(as_number()?.scientific(places), flags),
        'E' => signed(as_number()?.scientific(places).to_uppercase(), flags),
        'f' => signed(as_number()?.fixed(places), flags),
        'g' => signed(as_number()?.general(flags.precision), flags),
        'G' => signed(as_number()?.general(flags.precision).to_uppercase(), flags),
        _ => return Err(EvalError::new(format!("%{verb} is no format verb"))),
    })
}

/// The precision of a text is its number of characters; none is no limit.
fn shortened(text: &str, flags: &Flags) -> String {
    match flags.precision.filter(|count| *count > 0) {
        Some(count) => clusters(text).take(count).collect(),
        None => text.to_owned(),
    }
}

/// A number with its sign, filled up with zeros behind the sign or with blanks.
fn signed(digits: String, flags: &Flags) -> String {
    let text = match (digits.starts_with('-'), flags.plus, flags.space) {
        (false, true, _) => format!("+{digits}"),
        (false, false, true) => format!(" {digits}"),
        _ => digits,
    };
    let missing = flags.width.saturating_sub(text.len());
    if flags.zero && !flags.minus && missing > 0 {
        let (sign, digits) = text.split_at(usize::from(text.starts_with(['-', '+', ' '])));
        return format!("{sign}{}{digits}", "0".repeat(missing));
    }
    padded(&text, flags)
}

fn padded(text: &str, flags: &Flags) -> String {
    let missing = flags.width.saturating_sub(clusters(text).count());
    if flags.minus {
        format!("{text}{}", " ".repeat(missing))
    } else {
        format!("{}{text}", if flags.zero { "0" } else { " " }.repeat(missing))
    }
}
