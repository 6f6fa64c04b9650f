//! Operators over known, unknown and null values.

use std::sync::Arc;

use crate::syntax::ast::{BinaryOp, UnaryOp};

use super::open;
use super::types::{self, type_of};
use super::weight::is_light;
use super::{
    Condition, Data, EvalError, Number, Partial, Reference, SequenceKind, TemplatePart, Type, Unknown, Value,
    Why, convert, json, kind_of,
};

/// `left op right`. Both sides have been computed. In rules mode (`lenient`) lists, sets and tuples
/// are compared by their elements alone, maps and objects too.
pub fn binary(op: BinaryOp, left: &Value, right: &Value, lenient: bool) -> Result<Value, EvalError> {
    let result = match op {
        BinaryOp::And | BinaryOp::Or => logic(op == BinaryOp::Or, left, right)?,
        BinaryOp::Eq | BinaryOp::NotEq => match compare(left, right, lenient) {
            Some(same) => Value::from(same == (op == BinaryOp::Eq)),
            None => unknown_from(Type::Bool, &[left, right]),
        },
        _ => arithmetic(op, left, right)?,
    };
    let compares = matches!(op, BinaryOp::Eq | BinaryOp::NotEq) && !left.is_null() && !right.is_null();
    let hidden = |value: &Value| if compares { value.holds_sensitive() } else { value.mark.sensitive };
    Ok(result.sensitive_if(hidden(left) || hidden(right)))
}

/// `op operand`
pub fn unary(op: UnaryOp, operand: &Value) -> Result<Value, EvalError> {
    let (ty, what) = match op {
        UnaryOp::Neg => (Type::Number, "a number"),
        UnaryOp::Not => (Type::Bool, "true or false"),
    };
    let value = convert::convert(operand, &ty)?;
    let result = match &value.data {
        Data::Number(number) => Value::from(number.negated()),
        Data::Bool(value) => Value::from(!value),
        Data::Unknown(_) => unknown_from(ty, &[operand]),
        _ => return Err(EvalError::new(format!("the operator needs {what}, not null"))),
    };
    Ok(result.sensitive_if(operand.mark.sensitive))
}

/// An unknown that comes from the first unknown of these, with the references of all.
pub fn unknown_from(ty: Type, inputs: &[&Value]) -> Value {
    let Some(first) = inputs.iter().find_map(|value| value.find_unknown()) else { return Value::NULL };
    let mut refers = Vec::new();
    for input in inputs {
        collect_references(input, &mut refers);
    }
    let unknown = Unknown { ty, why: first.why.clone(), refers, made: false, not_null: true, partial: None };
    Value::from(Data::Unknown(Arc::new(unknown)))
        .sensitive_if(inputs.iter().any(|input| input.mark.sensitive))
}

/// Every resource attribute a value was read from, members included.
pub fn collect_references(value: &Value, into: &mut Vec<super::Reference>) {
    into.extend(value.references().iter().cloned());
    match &value.data {
        Data::Sequence(sequence) => sequence.items.iter().for_each(|item| collect_references(item, into)),
        Data::Mapping(entries) => entries.iter().for_each(|(_, item)| collect_references(item, into)),
        _ => {}
    }
}

/// Three-valued: a false side decides `&&`, a true side `||`, whatever the other is.
fn logic(or: bool, left: &Value, right: &Value) -> Result<Value, EvalError> {
    let side = |value: &Value| -> Result<Option<bool>, EvalError> {
        let value = convert::convert(value, &Type::Bool)?;
        match &value.data {
            Data::Bool(value) => Ok(Some(*value)),
            Data::Unknown(_) => Ok(None),
            _ => Err(EvalError::new(format!(
                "{} needs true or false on both sides, not null",
                if or { "||" } else { "&&" }
            ))),
        }
    };
    Ok(match (side(left)?, side(right)?) {
        (Some(value), _) | (_, Some(value)) if value == or => Value::from(or),
        (Some(_), Some(_)) => Value::from(!or),
        _ => unknown_from(Type::Bool, &[left, right]),
    })
}

/// Whether two values are equal; `None` where an unknown part decides.
///
/// Different types are unequal, as in Terraform: `1 == "1"` and `tolist([1]) == [1]` are false.
pub fn equal(left: &Value, right: &Value) -> Option<bool> {
    compare(left, right, false)
}

fn compare(left: &Value, right: &Value, lenient: bool) -> Option<bool> {
    match (&left.data, &right.data) {
        (Data::Unknown(unknown), Data::Null(_)) | (Data::Null(_), Data::Unknown(unknown)) => {
            unknown.not_null.then_some(false)
        }
        (Data::Unknown(a), Data::Unknown(b)) if apart(a, b) => Some(false),
        (Data::Unknown(a), Data::Unknown(b)) if lenient => same_thing(a, b),
        // Null equals null whatever their types.
        (Data::Unknown(_), Data::Unknown(_)) => None,
        (Data::Unknown(_), Data::Number(number)) if open::least(left).is_some_and(|it| it > *number) => {
            Some(false)
        }
        (Data::Number(number), Data::Unknown(_)) if open::least(right).is_some_and(|it| it > *number) => {
            Some(false)
        }
        (Data::Unknown(unknown), _) => differs(unknown, right, lenient),
        (_, Data::Unknown(unknown)) => differs(unknown, left, lenient),
        (Data::Null(_), Data::Null(_)) => Some(true),
        (Data::Bool(a), Data::Bool(b)) => Some(a == b),
        (Data::Number(a), Data::Number(b)) => Some(a == b),
        (Data::String(a), Data::String(b)) => Some(a == b),
        // An unknown member may be any, and so stand anywhere.
        (Data::Sequence(a), Data::Sequence(b))
            if a.kind == SequenceKind::Set
                && b.kind == SequenceKind::Set
                && (left.find_unknown().is_some() || right.find_unknown().is_some()) =>
        {
            None
        }
        (Data::Sequence(a), Data::Sequence(b)) => {
            if a.items.len() != b.items.len() || (a.kind != b.kind && kinds_count(left, right, lenient)) {
                return Some(false);
            }
            all_equal(a.items.iter().zip(&b.items), lenient)
        }
        (Data::Mapping(a), Data::Mapping(b)) => {
            if a.len() != b.len()
                || (a.is_map != b.is_map && kinds_count(left, right, lenient))
                || a.iter().zip(b.iter()).any(|((a, _), (b, _))| a != b)
            {
                return Some(false);
            }
            all_equal(a.iter().map(|(_, value)| value).zip(b.iter().map(|(_, value)| value)), lenient)
        }
        _ => Some(false),
    }
}

/// What a block sets is written as a tuple or object, and becomes what the provider makes of it.
fn kinds_count(left: &Value, right: &Value, lenient: bool) -> bool {
    !lenient && left.mark.reference.is_none() && right.mark.reference.is_none()
}

/// Whether two references, as rules see them, name one thing. Only of what the provider makes up it is
/// sure that it differs, and an instance that stands for all may be any of them.
fn same_thing(a: &Unknown, b: &Unknown) -> Option<bool> {
    let (one, other) = (plain_identity(a)?, plain_identity(b)?);
    if one == other {
        return Some(true);
    }
    let ((kind, data), theirs) = (kind_of(&one.address), kind_of(&other.address));
    let made_up = MADE_UP.contains(&kind) && !data && theirs == (kind, false);
    (made_up && one.address != other.address && one.attribute == other.attribute).then_some(false)
}

/// How deep values that are one of two are looked into.
const MAX_BRANCHES: u32 = 32;

/// Types whose `id` is made up for each by the provider. Others take a name, which a second one may have in
/// another region.
const MADE_UP: [&str; 6] = [
    "aws_instance",
    "aws_network_interface",
    "aws_security_group",
    "aws_subnet",
    "aws_vpc",
    "aws_launch_template",
];

/// The `id` or `arn` of one resource that is there for sure, if an unknown is nothing else.
fn plain_identity(unknown: &Unknown) -> Option<&Reference> {
    let (None, [only], Why::Computed(path)) = (&unknown.partial, unknown.refers.as_slice(), &unknown.why)
    else {
        return None;
    };
    let whole = path.strip_prefix(&*only.address)?.strip_prefix('.') == Some(&*only.attribute);
    let names = matches!(&*only.attribute, "id" | "arn");
    (whole && names && !unknown.made && unknown.not_null && !only.address.contains("[*]")).then_some(only)
}

/// Whether an unknown is certainly unequal to a known value, or equal to it whichever it is.
fn differs(unknown: &Unknown, known: &Value, lenient: bool) -> Option<bool> {
    // Two collections of different kinds become one kind before they are compared.
    let collection = matches!(known.data, Data::Sequence(_) | Data::Mapping(_));
    if let Some(Partial::Either(then, otherwise, _)) = &unknown.partial
        && (lenient || !collection)
    {
        let same = compare(then, known, lenient)?;
        return (compare(otherwise, known, lenient)? == same).then_some(same);
    }
    if let Some(text) = known.as_str()
        && !may_be(unknown, text)
    {
        return Some(false);
    }
    unlike(unknown, known, lenient)
}

/// Attributes that name a resource: whatever they are, they are not empty.
const NAMES: [&str; 5] = ["id", "arn", "name", "image_id", "cloudfront_access_identity_path"];

/// Whether an unknown may turn out to be this text.
fn may_be(unknown: &Unknown, text: &str) -> bool {
    match (&unknown.partial, unknown.refers.as_slice(), &unknown.why) {
        (Some(Partial::Template(_)), ..) => {
            let (start, end) = ends(unknown);
            text.len() >= start.len() + end.len() && text.starts_with(&*start) && text.ends_with(&*end)
        }
        (Some(Partial::Json(value)), ..) => json_may_be(value, text),
        (None, [only], Why::Computed(path) | Why::DataSource(path)) => {
            let rest = path.strip_prefix(&*only.address).map(|rest| rest.trim_start_matches('.'));
            let whole = rest == Some(&*only.attribute) && !unknown.made;
            let named = NAMES.iter().any(|name| &*only.attribute == *name);
            // An attribute such as `kms_key_arn` may be empty.
            let arn = whole && &*only.attribute == "arn";
            !(whole && named && text.is_empty() || arn && !text.starts_with("arn:"))
        }
        _ => true,
    }
}

/// Whether the JSON text of a value may turn out to be this text: its type says how it begins.
fn json_may_be(value: &Value, text: &str) -> bool {
    let unknown = match &value.data {
        Data::Unknown(unknown) => unknown,
        Data::Sequence(_) => return text.starts_with('['),
        Data::Mapping(_) => return text.starts_with('{'),
        _ => return json::encode(value).is_ok_and(|known| known.as_str() == Some(text)),
    };
    match (&unknown.partial, &unknown.ty) {
        (Some(Partial::Either(then, otherwise, _)), _) => {
            json_may_be(then, text) || json_may_be(otherwise, text)
        }
        _ if text == "null" && !unknown.not_null => true,
        (_, Type::List(_) | Type::Set(_) | Type::Tuple(_)) => text.starts_with('['),
        (_, Type::Map(_) | Type::Object(_)) => text.starts_with('{'),
        (_, Type::String) => text.starts_with('"'),
        (_, Type::Bool) => matches!(text, "true" | "false"),
        (_, Type::Number) => text.starts_with(|c: char| c == '-' || c.is_ascii_digit()),
        (_, Type::Any) => !text.is_empty(),
    }
}

/// Whether a text is certainly neither null nor empty, whatever it is.
pub(super) fn is_filled(value: &Value) -> bool {
    match &value.data {
        Data::String(text) => !text.is_empty(),
        Data::Unknown(unknown) => unknown.not_null && !may_be(unknown, ""),
        _ => false,
    }
}

/// Whether a value is read from an instance that nobody knows to be there: `aws_x.y[*].name`.
pub(super) fn may_be_missing(value: &Value, is_there: &dyn Fn(&str) -> bool) -> bool {
    let missing = |it: &Reference| it.address.contains("[*]") && (it.any || !is_there(&it.address));
    value
        .as_unknown()
        .is_some_and(|unknown| matches!(unknown.why, Why::Instances(_)) || unknown.refers.iter().any(missing))
}

/// Whether something is so of a known value that an unknown may turn out to be.
pub(super) fn any_branch(value: &Value, is: &impl Fn(&Value) -> bool, depth: u32) -> bool {
    match value.as_unknown().and_then(|unknown| unknown.partial.as_ref()) {
        Some(Partial::Either(then, otherwise, _)) if depth < MAX_BRANCHES => [then, otherwise]
            .into_iter()
            .any(|branch| any_branch(branch, is, depth + 1) || branch.as_unknown().is_none() && is(branch)),
        _ => false,
    }
}

/// Two texts of which parts are known, and whose known starts or ends can't be those of one text.
fn apart(a: &Unknown, b: &Unknown) -> bool {
    let ((start, end), (other_start, other_end)) = (ends(a), ends(b));
    let starts = start.starts_with(&*other_start) || other_start.starts_with(&*start);
    !starts || !(end.ends_with(&*other_end) || other_end.ends_with(&*end))
}

/// How an unknown text begins and ends, as far as that is known.
pub(super) fn ends(unknown: &Unknown) -> (Arc<str>, Arc<str>) {
    let text = |part: Option<&TemplatePart>| match part {
        Some(TemplatePart::Text(text)) => Arc::clone(text),
        _ => Arc::from(""),
    };
    match &unknown.partial {
        Some(Partial::Template(parts)) => (text(parts.first()), text(parts.last())),
        _ => (Arc::from(""), Arc::from("")),
    }
}

/// A value of another type is unequal, whatever it is.
fn unlike(unknown: &Unknown, known: &Value, lenient: bool) -> Option<bool> {
    (!lenient && !types::compatible(&unknown.ty, &type_of(known))).then_some(false)
}

fn all_equal<'v>(pairs: impl Iterator<Item = (&'v Value, &'v Value)>, lenient: bool) -> Option<bool> {
    let mut result = Some(true);
    for (a, b) in pairs {
        match compare(a, b, lenient) {
            Some(false) => return Some(false),
            None => result = None,
            Some(true) => {}
        }
    }
    result
}

fn arithmetic(op: BinaryOp, left: &Value, right: &Value) -> Result<Value, EvalError> {
    let compares = op.orders();
    let number = |value: &Value| -> Result<Option<Number>, EvalError> {
        let value = convert::convert(value, &Type::Number)?;
        match &value.data {
            Data::Number(number) => Ok(Some(number.clone())),
            Data::Unknown(_) => Ok(None),
            _ => Err(EvalError::new("the operator needs a number on both sides, not null")),
        }
    };
    let (Some(a), Some(b)) = (number(left)?, number(right)?) else {
        if compares && let Some(decided) = bounded(op, left, right) {
            return Ok(Value::from(decided));
        }
        if let Some((a, b)) = branches(left, right) {
            let (then, otherwise) = (arithmetic(op, &a.0, &a.1), arithmetic(op, &b.0, &b.1));
            if let (Ok(then), Ok(otherwise)) = (then, otherwise)
                && equal(&then, &otherwise) == Some(true)
            {
                return Ok(then);
            }
        }
        return Ok(unknown_from(if compares { Type::Bool } else { Type::Number }, &[left, right]));
    };
    let number = match op {
        BinaryOp::Add => a.plus(&b),
        BinaryOp::Sub => a.minus(&b),
        BinaryOp::Mul => a.times(&b),
        BinaryOp::Div => return quotient(&a, &b, left, right),
        BinaryOp::Mod => a.modulo(&b)?,
        _ => {
            return Ok(Value::from(match op {
                BinaryOp::Less => a < b,
                BinaryOp::LessEq => a <= b,
                BinaryOp::Greater => a > b,
                _ => a >= b,
            }));
        }
    };
    Ok(if number.is_extreme() { not_written(Type::Number) } else { Value::from(number) })
}

/// Both sides, once for each of the two values that one of them may have.
fn branches(left: &Value, right: &Value) -> Option<((Value, Value), (Value, Value))> {
    let of = |value: &Value| match &value.as_unknown()?.partial {
        Some(Partial::Either(then, otherwise, _)) => Some((then.clone(), otherwise.clone())),
        _ => None,
    };
    match (of(left), of(right)) {
        (Some((then, otherwise)), _) => Some(((then, right.clone()), (otherwise, right.clone()))),
        (None, Some((then, otherwise))) => Some(((left.clone(), then), (left.clone(), otherwise))),
        (None, None) => None,
    }
}

/// Compares a known number with one of which only the least is known; `None` where that says nothing.
fn bounded(op: BinaryOp, left: &Value, right: &Value) -> Option<bool> {
    let (op, least, known) = match (left.as_number(), right.as_number()) {
        (None, Some(known)) => (op, open::least(left)?, known),
        (Some(known), None) => {
            let turned = match op {
                BinaryOp::Less => BinaryOp::Greater,
                BinaryOp::LessEq => BinaryOp::GreaterEq,
                BinaryOp::Greater => BinaryOp::Less,
                _ => BinaryOp::LessEq,
            };
            (turned, open::least(right)?, known)
        }
        _ => return None,
    };
    match op {
        BinaryOp::Greater => (least > *known).then_some(true),
        BinaryOp::GreaterEq => (least >= *known).then_some(true),
        BinaryOp::Less => (least >= *known).then_some(false),
        _ => (least > *known).then_some(false),
    }
}

/// By zero it is infinite in Terraform, which can be compared but not written down. Here it is unknown.
fn quotient(a: &Number, b: &Number, left: &Value, right: &Value) -> Result<Value, EvalError> {
    let zero = Number::Int(0);
    if *b != zero {
        return Ok(Value::from(a.over(b)?));
    }
    if *a == zero {
        return Err(EvalError::new("zero is divided by zero"));
    }
    Ok(not_written(Type::Number).sensitive_if(left.mark.sensitive || right.mark.sensitive))
}

/// Infinite in Terraform, or too large to be worth its digits: unknown here.
pub(super) fn not_written(ty: Type) -> Value {
    let error = EvalError::new("the number is infinite or too large to be written down");
    Value::unknown_of(ty, super::Why::Error(Arc::new(error)))
}

/// What is known of a value that is one of two, the first one `when` that holds; nothing where they are too heavy to
/// be kept.
pub fn either(then: Value, otherwise: Value, when: Option<Arc<Condition>>) -> Option<Partial> {
    (is_light(&then) && is_light(&otherwise)).then(|| Partial::Either(then, otherwise, when))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown() -> Value {
        Value::unknown(Why::Function("uuid".into()))
    }

    #[test]
    fn a_deciding_side_decides_whatever_the_other_is() {
        let bool = |op, a: &Value, b: &Value| binary(op, a, b, false).unwrap().as_bool();
        assert_eq!(bool(BinaryOp::And, &unknown(), &Value::from(false)), Some(false));
        assert_eq!(bool(BinaryOp::Or, &unknown(), &Value::from(true)), Some(true));
        assert_eq!(bool(BinaryOp::And, &unknown(), &Value::from(true)), None);
        assert_eq!(bool(BinaryOp::Eq, &Value::from(1), &Value::from("1")), Some(false));
        assert!(binary(BinaryOp::And, &Value::NULL, &Value::from(true), false).is_err());
    }

    #[test]
    fn members_decide_equality_as_far_as_they_are_known() {
        let known = Value::tuple(vec![Value::from(1), Value::from(2)]);
        let partly = Value::tuple(vec![Value::from(1), unknown()]);
        let other = Value::tuple(vec![Value::from(3), unknown()]);
        assert_eq!(equal(&known, &partly), None);
        assert_eq!(equal(&known, &other), Some(false));
    }
}
