//! Numbers, conversions and marks.

use crate::eval::{EvalError, Number, Type, Value, convert};

use super::{Function, any_unknown, argument, sensitive};

/// Terraform refuses longer ranges.
const MAX_RANGE: usize = 1024;

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "abs" => {
            |args| map(args, |number| Ok(if number < Number::Int(0) { number.negated() } else { number }))
        }
        "ceil" => |args| map(args, |number| Ok(number.ceil())),
        "floor" => |args| map(args, |number| Ok(number.floor())),
        "signum" => |args| map(args, |number| Ok(Number::Int(number.cmp(&Number::Int(0)) as i64))),
        "log" => |args| pair(args, |a, base| a.ln() / base.ln()),
        "pow" => |args| pair(args, f64::powf),
        "max" => |args| extreme(args, true),
        "min" => |args| extreme(args, false),
        "sum" => sum,
        "range" => range,
        "parseint" => parseint,
        "tonumber" => |args| convert::convert(argument(args, 0)?, &Type::Number),
        "tostring" => |args| convert::to_text(argument(args, 0)?),
        "tobool" => |args| convert::convert(argument(args, 0)?, &Type::Bool),
        "sensitive" => |args| Ok(argument(args, 0)?.clone().sensitive_if(true)),
        "nonsensitive" => nonsensitive,
        "issensitive" => |args| Ok(Value::from(argument(args, 0)?.mark.sensitive)),
        _ => return None,
    })
}

fn number(value: &Value) -> Result<Number, EvalError> {
    let value = convert::convert(value, &Type::Number)?;
    value.as_number().cloned().ok_or_else(|| EvalError::new("a number is needed, not null"))
}

fn numbers(args: &[Value]) -> Result<Vec<Number>, EvalError> {
    args.iter().map(number).collect()
}

fn map(args: &[Value], function: fn(Number) -> Result<Number, EvalError>) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::Number) {
        return Ok(unknown);
    }
    Ok(Value::from(function(number(argument(args, 0)?)?)?).sensitive_if(sensitive(args)))
}

fn pair(args: &[Value], function: fn(f64, f64) -> f64) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::Number) {
        return Ok(unknown);
    }
    let (a, b) = (number(argument(args, 0)?)?, number(argument(args, 1)?)?);
    // Terraform shows such a result with the fewest digits that mean the same 53-bit float.
    let result = Number::parse(&function(a.as_f64(), b.as_f64()).to_string());
    result.map(Value::from).ok_or_else(|| EvalError::new("the result is no number"))
}

fn extreme(args: &[Value], largest: bool) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::Number) {
        return Ok(unknown);
    }
    let numbers = numbers(args)?;
    let found = if largest { numbers.into_iter().max() } else { numbers.into_iter().min() };
    found.map(Value::from).ok_or_else(|| EvalError::new("at least one number is needed"))
}

fn sum(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::Number) {
        return Ok(unknown);
    }
    let numbers = numbers(super::items(args, 0)?)?;
    if numbers.is_empty() {
        return Err(EvalError::new("the list is empty"));
    }
    Ok(Value::from(numbers.iter().fold(Number::Int(0), |sum, number| sum.plus(number))))
}

fn range(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::List(Box::new(Type::Number))) {
        return Ok(unknown);
    }
    let numbers = numbers(args)?;
    let zero = Number::Int(0);
    let (start, limit, step) = match numbers.as_slice() {
        [limit] => (zero.clone(), limit.clone(), None),
        [start, limit] => (start.clone(), limit.clone(), None),
        [start, limit, step] => (start.clone(), limit.clone(), Some(step.clone())),
        _ => return Err(EvalError::new("one to three numbers are needed")),
    };
    let step = step.unwrap_or(Number::Int(if limit < start { -1 } else { 1 }));
    if step == zero {
        return Err(EvalError::new("the step must not be zero"));
    }
    let up = step > zero;
    if (up && limit < start) || (!up && limit > start) {
        return Err(EvalError::new("the step leads away from the limit"));
    }
    let mut made = Vec::new();
    let mut at = start;
    while if up { at < limit } else { at > limit } {
        if made.len() >= MAX_RANGE {
            return Err(EvalError::new(format!("a range has at most {MAX_RANGE} elements")));
        }
        made.push(Value::from(at.clone()));
        at = at.plus(&step);
    }
    Ok(Value::list(made))
}

fn parseint(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::Number) {
        return Ok(unknown);
    }
    let text = convert::to_text(argument(args, 0)?)?;
    let base = number(argument(args, 1)?)?
        .as_i64()
        .and_then(|base| u32::try_from(base).ok())
        .filter(|base| (2..=62).contains(base));
    let base = base.ok_or_else(|| EvalError::new("the base must be from 2 to 62"))?;
    let parsed = text.as_str().and_then(|text| whole(text, base));
    parsed.map(Value::from).ok_or_else(|| EvalError::new("this is no number in that base"))
}

/// Digits, then letters; past base 36 lower case comes before upper case, as in Go.
fn whole(text: &str, base: u32) -> Option<Number> {
    const MAX_DIGITS: usize = 1_000;
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || digits.len() > MAX_DIGITS {
        return None;
    }
    let mut number = Number::Int(0);
    for char in digits.chars() {
        let digit = match char {
            'A'..='Z' if base > 36 => u32::from(char) - u32::from('A') + 36,
            _ => char.to_digit(36)?,
        };
        if digit >= base {
            return None;
        }
        number = number.times(&Number::Int(base.into())).plus(&Number::Int(digit.into()));
    }
    Some(if text.starts_with('-') { number.negated() } else { number })
}

fn nonsensitive(args: &[Value]) -> Result<Value, EvalError> {
    let mut value = argument(args, 0)?.clone();
    value.mark.sensitive = false;
    Ok(value)
}
