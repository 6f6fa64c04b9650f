//! What an argument is on the outside, for functions that take several kinds of collections.
//!
//! In: an argument, known or not. Out: its shape, or why the function can't take it. An unknown has
//! the shape that its type tells.

use crate::eval::{Data, EvalError, SequenceKind, Type, Value, convert};

use super::argument;

/// The outside of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Unknown, of no known type.
    Open,
    /// A bool, number or string, or null.
    Simple,
    /// A string that is not known.
    UnknownText,
    List,
    Set,
    Tuple,
    Map,
    Object,
}

pub(super) fn shape(value: &Value) -> Shape {
    match &value.data {
        Data::Null(Some(ty)) if **ty != Type::String => of_type(ty),
        Data::Null(_) | Data::Bool(_) | Data::Number(_) | Data::String(_) => Shape::Simple,
        Data::Sequence(sequence) => match sequence.kind {
            SequenceKind::List => Shape::List,
            SequenceKind::Set => Shape::Set,
            SequenceKind::Tuple => Shape::Tuple,
        },
        Data::Mapping(entries) if entries.is_map => Shape::Map,
        Data::Mapping(_) => Shape::Object,
        Data::Unknown(unknown) => of_type(&unknown.ty),
    }
}

fn of_type(ty: &Type) -> Shape {
    match ty {
        Type::Any => Shape::Open,
        Type::String => Shape::UnknownText,
        Type::Bool | Type::Number => Shape::Simple,
        Type::List(_) => Shape::List,
        Type::Set(_) => Shape::Set,
        Type::Tuple(_) => Shape::Tuple,
        Type::Map(_) => Shape::Map,
        Type::Object(_) => Shape::Object,
    }
}

/// Whether nothing is known of an argument, not even what a null would be a null of.
pub(super) fn is_bare_null(value: &Value) -> bool {
    matches!(value.data, Data::Null(None))
}

/// An argument of one of these shapes; an unknown of no known type may be any.
pub(super) fn take<'a>(args: &'a [Value], at: usize, shapes: &[Shape]) -> Result<&'a Value, EvalError> {
    let value = argument(args, at)?;
    let found = shape(value);
    if found == Shape::Open || shapes.contains(&found) {
        return Ok(value);
    }
    let wanted = if shapes.contains(&Shape::Map) { "a map or an object" } else { "a list" };
    Err(EvalError::new(format!("argument {} must be {wanted}, not {}", at + 1, convert::kind_of(value))))
}
