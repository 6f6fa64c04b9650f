//! Secrets among computed values.

use crate::eval::{Data, Value};
use crate::findings::{Gathered, distinctive};
use crate::graph::Configuration;

use super::{literal, telling};

/// How a value is hidden.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hidden {
    No,
    /// It is a member of an object that is hidden as a whole.
    Inside,
    /// It is marked itself, or a member of a hidden list.
    Itself,
}

/// The secrets of one configuration: what is marked sensitive, and texts under telling names.
pub(super) fn of(configuration: &Configuration) -> Gathered {
    let mut found = Gathered::default();
    for value in &configuration.secrets {
        walk(value, Hidden::No, &mut found);
    }
    for resource in &configuration.resources {
        walk(&resource.values, Hidden::No, &mut found);
    }
    found
}

/// Values nest no deeper than the expressions that made them.
fn walk(value: &Value, hidden: Hidden, found: &mut Gathered) {
    let hidden = if value.mark.sensitive { Hidden::Itself } else { hidden };
    let mut leaf = |text: &str| {
        if hidden == Hidden::Itself || hidden == Hidden::Inside && distinctive(text) {
            found.text(text);
        }
    };
    match &value.data {
        Data::String(text) => leaf(text),
        Data::Number(number) if hidden != Hidden::No => leaf(&number.to_string()),
        Data::Sequence(sequence) => sequence.items.iter().for_each(|item| walk(item, hidden, found)),
        Data::Mapping(entries) => {
            for (key, item) in entries.iter() {
                match item.as_str() {
                    Some(text) if literal(telling(key), text) => found.text(text),
                    _ => walk(item, hidden.min(Hidden::Inside), found),
                }
            }
        }
        _ => {}
    }
}
