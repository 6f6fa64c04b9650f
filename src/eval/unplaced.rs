//! Texts that are computed but are no files: a rendered template, a type written as a JSON string.
//!
//! In: values computed from such a text. Out: the same values without places in it, which would be
//! taken for places of the tree.

use crate::source::{FileId, Location};

use super::{Data, Origin, Partial, Value};

/// The value, with `instead` for each place in [`FileId::NONE`]. What came from elsewhere keeps its own.
pub(super) fn placed(value: Value, instead: Option<Location>) -> Value {
    let Value { data, mut mark } = value;
    if mark.origin.is_some_and(|origin| origin.location.file == FileId::NONE) {
        mark.origin = instead.map(|location| Origin { location, literal: false });
    }
    let each = |value: &Value| placed(value.clone(), instead);
    let data = match data {
        Data::Sequence(sequence) => {
            Value::sequence(sequence.kind, sequence.items.iter().map(each).collect()).data
        }
        Data::Mapping(entries) => {
            let pairs = entries.iter().map(|(key, value)| (key.clone(), each(value)));
            if entries.is_map { Value::map(pairs).data } else { Value::object(pairs).data }
        }
        Data::Unknown(unknown) => match &unknown.partial {
            Some(Partial::Either(then, otherwise, when)) => {
                let partial = Some(Partial::Either(each(then), each(otherwise), when.clone()));
                Value::from(Data::Unknown(unknown)).with_partial(partial).data
            }
            _ => Data::Unknown(unknown),
        },
        data => data,
    };
    Value { data, mark }
}
