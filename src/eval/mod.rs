//! Computes expressions over known, unknown and null values, keeping origins.
//!
//! In: a [`Document`](crate::syntax::Document)'s expressions and a scope that knows names.
//! Out: [`Value`]s, each with the literal that decided it, or the reason why it can't be known.

pub mod funcs;
mod number;
mod value;

pub use number::Number;
pub use value::{
    Data, Entries, EvalError, Mark, Origin, Partial, Reference, Sequence, SequenceKind, TemplatePart, Type,
    Unknown, Value, Why,
};
