//! Functions of lists of which one is one of two.
//!
//! In: computed arguments. Out: a value that is one of two in its turn. Exists because `join("", aws_x.y[*].id)` and
//! its likes ask for an instance that may not be there.

use std::sync::Arc;

use crate::eval::representative::stands_for_all;
use crate::eval::{Data, Partial, Unknown, Value, convert, ops};

use super::{Files, call};

/// Functions that take an element out of a list, or make one text of it.
const OF_A_LIST: &[&str] = &["coalescelist", "element", "join", "length", "one"];
/// Functions that make one list of lists.
const LIST_OF_LISTS: &[&str] = &["compact", "concat", "distinct", "flatten", "reverse"];
/// How many arguments that are one of two are told apart.
const MAX_TWOS: usize = 3;

/// Whether a function may turn out to refuse arguments that are not known: nothing is set among them, a list is empty
/// or has too many elements.
pub fn may_refuse(name: &str, args: &[Value]) -> bool {
    match name.strip_prefix("core::").unwrap_or(name) {
        "coalesce" => !args.iter().any(|arg| ops::is_filled(arg) && !ops::may_be_missing(arg, &|_| false)),
        "coalescelist" => !args.iter().any(|arg| arg.as_items().is_some_and(|items| !items.is_empty())),
        "one" | "element" => args.first().is_some_and(|list| list.as_unknown().is_some()),
        _ => false,
    }
}

/// What a function of lists comes to where one of them is one of two: a value that is one of two in its turn, and
/// whether it may be refused instead. `None` where no argument is.
pub fn of_either(name: &str, args: &[Value], files: &dyn Files) -> Option<(Value, bool)> {
    let name = name.strip_prefix("core::").unwrap_or(name);
    let scalar = OF_A_LIST.contains(&name);
    let mut refused = false;
    let known = scalar || LIST_OF_LISTS.contains(&name);
    let value = known.then(|| of_two((name, scalar), args, files, &mut refused, 0)).flatten()?;
    Some((value, refused))
}

fn of_two(
    (name, scalar): (&str, bool),
    args: &[Value],
    files: &dyn Files,
    refused: &mut bool,
    depth: usize,
) -> Option<Value> {
    let (at, unknown, then, otherwise, when) = args.iter().enumerate().find_map(|(at, arg)| {
        let unknown = arg.as_unknown().filter(|unknown| stands_for_all(unknown).is_none())?;
        match &unknown.partial {
            // Of other lists what both hold for sure would be lost.
            Some(Partial::Either(then, otherwise, when))
                if scalar || when.as_ref().is_some_and(|when| when.instance().is_some()) =>
            {
                Some((at, unknown, then, otherwise, when))
            }
            _ => None,
        }
    })?;
    let mut with = |branch: &Value| {
        let mut args = args.to_vec();
        let place = args.get_mut(at)?;
        *place = branch.clone().sensitive_if(place.mark.sensitive);
        let deeper =
            if depth < MAX_TWOS { of_two((name, scalar), &args, files, refused, depth + 1) } else { None };
        Some(deeper.map_or_else(|| call(name, &args, files), Ok))
    };
    let (then, otherwise) = match (with(then)?, with(otherwise)?) {
        (Ok(then), Ok(otherwise)) => (then, otherwise),
        // Where the other is refused, it has to be this one.
        (Ok(only), Err(error)) | (Err(error), Ok(only)) if !error.limit => {
            *refused = true;
            return Some(only);
        }
        _ => return None,
    };
    let sensitive = then.mark.sensitive || otherwise.mark.sensitive;
    if ops::equal(&then, &otherwise) == Some(true) {
        return Some(then.sensitive_if(sensitive));
    }
    let set = |value: &Value| value.as_unknown().map_or(!value.is_null(), |unknown| unknown.not_null);
    let either = Unknown {
        ty: convert::type_of_either(&then, &otherwise),
        why: unknown.why.clone(),
        refers: then.references().iter().chain(otherwise.references()).cloned().collect(),
        made: false,
        not_null: set(&then) && set(&otherwise),
        partial: Some(ops::either(then, otherwise, when.clone())?),
    };
    Some(Value::from(Data::Unknown(Arc::new(either))).sensitive_if(sensitive))
}
