//! Numbers, conversions and marks.

use crate::eval::{Data, EvalError, Number, Type, Value, convert, ops};

use super::shape::{Shape, shape, take};
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
        "signum" => |args| map(args, |number| signum(&number)),
        "log" => |args| pair(args, |a, base| a.ln() / base.ln()),
        "pow" => |args| pair(args, power),
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
        "issensitive" => issensitive,
        "ephemeralasnull" => |args| Ok(argument(args, 0)?.clone()),
        _ => return None,
    })
}

fn signum(number: &Number) -> Result<Number, EvalError> {
    match number {
        Number::Int(int) => Ok(Number::Int(int.signum())),
        Number::Big(_) => Err(EvalError::new("a whole number of 64 bits is needed")),
    }
}

fn number(value: &Value) -> Result<Number, EvalError> {
    let value = convert::convert(value, &Type::Number)?;
    value.as_number().cloned().ok_or_else(|| EvalError::new("a number is needed, not null"))
}

fn numbers(args: &[Value]) -> Result<Vec<Number>, EvalError> {
    args.iter().map(number).collect()
}

fn map(args: &[Value], function: fn(Number) -> Result<Number, EvalError>) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::Number) {
        return Ok(unknown);
    }
    Ok(Value::from(function(number(argument(args, 0)?)?)?).sensitive_if(sensitive(args)))
}

fn pair(args: &[Value], function: fn(f64, f64) -> f64) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::Number) {
        return Ok(unknown);
    }
    let (a, b) = (number(argument(args, 0)?)?, number(argument(args, 1)?)?);
    let result = function(a.as_f64(), b.as_f64());
    if result.is_infinite() {
        return Ok(ops::not_written(Type::Number));
    }
    Number::from_computed(result).map(Value::from).ok_or_else(|| EvalError::new("the result is no number"))
}

/// Go's own algorithm, whose last digit differs from the exact one now and then.
fn power(x: f64, y: f64) -> f64 {
    #[allow(clippy::float_cmp, reason = "these two are exact")]
    if y == 0.0 || x == 1.0 {
        return 1.0;
    }
    if x == 0.0 || !x.is_finite() || !y.is_finite() || y.abs() >= 9.0e15 || (y - y.trunc() != 0.0 && x < 0.0)
    {
        return x.powf(y);
    }
    if (y.abs() - 0.5).abs() == 0.0 {
        return if y > 0.0 { x.sqrt() } else { 1.0 / x.sqrt() };
    }
    let (mut whole, mut fraction) = (y.abs().trunc(), y.abs().fract());
    let (mut result, mut exponent) = (1.0_f64, 0_i64);
    if fraction != 0.0 {
        if fraction > 0.5 {
            fraction -= 1.0;
            whole += 1.0;
        }
        result = (fraction * x.ln()).exp();
    }
    // x = mantissa * 2^scale, squared again and again.
    let (mut mantissa, mut scale) = split(x);
    #[allow(clippy::cast_possible_truncation, reason = "it is whole and below 2^53")]
    let mut bits = whole as i64;
    while bits != 0 {
        if !(-4096..=4096).contains(&scale) {
            exponent += scale;
            break;
        }
        if bits & 1 == 1 {
            result *= mantissa;
            exponent += scale;
        }
        mantissa *= mantissa;
        scale <<= 1;
        if mantissa < 0.5 {
            mantissa += mantissa;
            scale -= 1;
        }
        bits >>= 1;
    }
    if y < 0.0 {
        result = 1.0 / result;
        exponent = -exponent;
    }
    let exponent = i32::try_from(exponent).unwrap_or(if exponent < 0 { i32::MIN } else { i32::MAX });
    // In two steps, so that neither factor leaves the range.
    result * 2.0_f64.powi(exponent / 2) * 2.0_f64.powi(exponent - exponent / 2)
}

/// A number as a mantissa from 0.5 to 1 and a power of two.
fn split(x: f64) -> (f64, i64) {
    let (x, extra) = if x.is_subnormal() { (x * 2.0_f64.powi(64), 64) } else { (x, 0) };
    let bits = x.to_bits();
    let exponent = i64::try_from(bits >> 52 & 0x7ff).unwrap_or(0) - 1022 - extra;
    (f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52), exponent)
}

fn extreme(args: &[Value], largest: bool) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::Number) {
        return Ok(unknown);
    }
    let numbers = numbers(args)?;
    let found = if largest { numbers.into_iter().max() } else { numbers.into_iter().min() };
    found.map(Value::from).ok_or_else(|| EvalError::new("at least one number is needed"))
}

fn sum(args: &[Value]) -> Result<Value, EvalError> {
    take(args, 0, &[Shape::List, Shape::Tuple, Shape::Set, Shape::UnknownText])?;
    if let Some(unknown) = any_unknown(args, &Type::Number) {
        return Ok(unknown);
    }
    let numbers = numbers(super::items(args, 0)?)?;
    if numbers.is_empty() {
        return Err(EvalError::new("the list is empty"));
    }
    Ok(Value::from(numbers.iter().fold(Number::Int(0), |sum, number| sum.plus(number))))
}

fn range(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::List(Box::new(Type::Number))) {
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
    if !matches!(shape(argument(args, 0)?), Shape::Simple | Shape::UnknownText | Shape::Open) {
        return Err(EvalError::new("the first argument must be a string"));
    }
    if let Some(unknown) = any_unknown(args, &Type::Number) {
        return Ok(unknown);
    }
    if !matches!(argument(args, 0)?.data, Data::String(_)) {
        return Err(EvalError::new("the first argument must be a string"));
    }
    let text = argument(args, 0)?;
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

/// Whether an unknown will be sensitive is not known either.
fn issensitive(args: &[Value]) -> Result<Value, EvalError> {
    let value = argument(args, 0)?;
    if value.mark.sensitive || value.as_unknown().is_none() {
        return Ok(Value::from(value.mark.sensitive));
    }
    Ok(ops::unknown_from(Type::Bool, &[value]))
}

fn nonsensitive(args: &[Value]) -> Result<Value, EvalError> {
    let mut value = argument(args, 0)?.clone();
    value.mark.sensitive = false;
    Ok(value)
}
