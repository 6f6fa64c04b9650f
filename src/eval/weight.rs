//! How much there is in a value, and how much work an expression may make.
//!
//! In: values, and what evaluation does with them. Out: a number, or a refusal. Exists because the
//! author of the configuration is a stranger: ten lines can name a value of a billion parts, each
//! part shared, and whoever walks over it never comes back.

use super::value::{Partial, TemplatePart};
use super::{Data, EvalError, Unknown, Value};

/// The heaviest value that is computed.
pub const MAX_WEIGHT: u64 = 4_000_000;
/// The longest text that is put together.
pub const MAX_TEXT: usize = 16 << 20;
/// How much work one root, or one expression outside of a root, may make: an expression is one, as
/// are a few elements, or bytes of text, that are made.
pub const MAX_STEPS: u64 = 10_000_000;

/// Bytes of text that weigh as much as a number.
const BYTES: usize = 16;
/// The heaviest partly known text.
const MAX_PARTIAL: u64 = 100_000;
/// The heaviest branch that is kept where it can't be known which one is taken.
const MAX_BRANCH: u64 = 2_000;
/// The heaviest elements that are kept of a list that is not known as a whole.
pub(super) const MAX_OPEN: u64 = 25_000;

impl Value {
    /// How many parts it has, wherever they stand. Those that are shared count each time.
    pub fn weight(&self) -> u64 {
        match &self.data {
            Data::Null(_) | Data::Bool(_) | Data::Number(_) => 1,
            Data::String(text) => 1 + (text.len() / BYTES) as u64,
            Data::Sequence(sequence) => sequence.weight(),
            Data::Mapping(entries) => entries.weight(),
            Data::Unknown(unknown) => {
                let mut left = MAX_PARTIAL;
                // What nests deeper than that can't be followed either.
                if spend(unknown, &mut left).is_some() { 1 + MAX_PARTIAL - left } else { u64::MAX }
            }
        }
    }
}

/// The weight of all of these.
pub(super) fn total<'v>(values: impl IntoIterator<Item = &'v Value>) -> u64 {
    values.into_iter().fold(1, |sum, value| sum.saturating_add(value.weight()))
}

/// Takes the weight of an unknown's known parts from `left`; `None` where it does not suffice. Parts
/// are shared and their weight is not kept, so that the walk itself must end early.
fn spend(unknown: &Unknown, left: &mut u64) -> Option<()> {
    *left = left.checked_sub(1 + unknown.refers.len() as u64)?;
    match &unknown.partial {
        None | Some(Partial::AtLeast(_)) => {}
        Some(Partial::Json(value)) => spend_value(value, left)?,
        Some(Partial::List(open)) => {
            for (item, ..) in open.iter() {
                spend_value(item, left)?;
            }
        }
        Some(Partial::Either(then, otherwise, _)) => {
            spend_value(then, left)?;
            spend_value(otherwise, left)?;
        }
        Some(Partial::Template(parts)) => {
            for part in parts {
                match part {
                    TemplatePart::Text(text) => *left = left.checked_sub(1 + (text.len() / BYTES) as u64)?,
                    TemplatePart::Unknown(value) => spend_value(value, left)?,
                }
            }
        }
    }
    Some(())
}

fn spend_value(value: &Value, left: &mut u64) -> Option<()> {
    match &value.data {
        Data::Unknown(unknown) => spend(unknown, left),
        _ => {
            *left = left.checked_sub(value.weight())?;
            Some(())
        }
    }
}

/// Whether a branch is light enough to be kept. The walk itself ends where it is not.
pub(super) fn is_light(value: &Value) -> bool {
    let mut left = MAX_BRANCH;
    spend_value(value, &mut left).is_some()
}

/// Refuses a value that is too heavy to be looked at.
pub(super) fn refuse_heavy(value: &Value) -> Result<(), EvalError> {
    if value.weight() <= MAX_WEIGHT {
        return Ok(());
    }
    Err(EvalError::limit(format!("the value has more than the {MAX_WEIGHT} parts that are computed")))
}

/// Refuses a text that is too long to be put together.
pub(super) fn refuse_long(bytes: usize) -> Result<(), EvalError> {
    if bytes <= MAX_TEXT {
        return Ok(());
    }
    Err(EvalError::limit(format!("the result is longer than the {MAX_TEXT} bytes that are computed")))
}

/// What it costs to have made this value: its own elements or bytes, not those of its members.
pub(super) fn cost(value: &Value) -> u64 {
    let units = match &value.data {
        Data::String(text) => text.len() / BYTES,
        Data::Sequence(sequence) => sequence.items.len() / 2,
        Data::Mapping(entries) => entries.len() / 2,
        _ => 0,
    };
    units as u64
}

/// What it costs to walk over these values.
pub(super) fn walk<'v>(values: impl IntoIterator<Item = &'v Value>) -> u64 {
    total(values) / 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::{Why, evaluate_text};

    #[test]
    fn shared_parts_count_each_time() {
        let mut value = Value::tuple(vec![Value::from(1)]);
        for _ in 0..70 {
            value = Value::tuple(vec![value; 2]);
        }
        assert_eq!(value.weight(), u64::MAX);
        assert!(refuse_heavy(&value).is_err());
        assert_eq!(Value::from("x".repeat(160)).weight(), 11);
        assert_eq!(Value::unknown(Why::Function("f".into())).weight(), 2);
    }

    #[test]
    fn constants_are_bounded_too() {
        let text = "join(\"\", [for a in range(200) : join(\"-\", range(1000))])";
        let loops = &format!("[for text in [{text}] : [for a in range(1000) : chomp(text)]]");
        let error = evaluate_text(loops).unwrap_err();
        assert!(error.message.contains("steps of work"), "{}", error.message);
        // What is refused for its size is not caught: nobody knows what Terraform would make of it.
        let caught = evaluate_text(&format!("[can({loops}), try({loops}, 1)]"));
        assert_eq!(caught.unwrap_err().message, error.message);
        let long = "join(\"\", [for a in range(1000) : join(\"-\", range(1000, 20000, 20))])";
        let lists = "concat([for a in range(1000) : range(1000)]...)";
        for large in [format!("replace({long}, \"1\", {long})"), lists.to_owned()] {
            let error = evaluate_text(&format!("try({large}, 1)")).unwrap_err();
            assert!(error.limit, "{large}: {}", error.message);
        }
    }
}
