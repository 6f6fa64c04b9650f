//! What an attribute of the subject is a reference to.
//!
//! In: a value. Out: a list of the resources that the whole of it, or an element of it, is an attribute of. A text
//! that only mentions a resource is no reference to it; one that begins with its ARN names a part of it. Of a value
//! that is one of two, the list is one of two.

use std::sync::Arc;

use crate::eval::{Data, OpenList, Partial, Reference, TemplatePart, Type, Unknown, Value, ops};
use crate::graph::Resource;

use super::scope::Objects;

/// How deep lists, paths and conditions are followed.
const MAX_DEPTH: u32 = 32;

/// The resources that an attribute (`bucket`, `block.attr`) refers to.
pub(super) fn referred(objects: &Objects<'_>, subject: &Resource, attribute: &str) -> Value {
    let path: Vec<&str> = attribute.split('.').collect();
    Walk { objects, subject }.of(&subject.values, &path, 0)
}

struct Walk<'a> {
    objects: &'a Objects<'a>,
    subject: &'a Resource,
}

impl Walk<'_> {
    fn of(&self, value: &Value, path: &[&str], depth: u32) -> Value {
        let none = || Value::list(Vec::new());
        if depth > MAX_DEPTH {
            return none();
        }
        if let (Some(reference), []) = (&value.mark.reference, path) {
            return self.those([&**reference]);
        }
        match (&value.data, path) {
            (Data::Sequence(sequence), _) => {
                let mut all = OpenList::default();
                sequence.items.iter().for_each(|item| all.extend(&self.of(item, path, depth + 1)));
                match value.find_unknown() {
                    Some(unknown) => all.into_value(unknown.why.clone()),
                    None => Value::list(all.sure().to_vec()),
                }
            }
            (Data::Mapping(entries), [name, rest @ ..]) => {
                entries.get(name).map_or_else(none, |inner| self.of(inner, rest, depth + 1))
            }
            (Data::Unknown(unknown), _) => self.unknown(unknown, path, depth),
            _ => none(),
        }
    }

    fn unknown(&self, unknown: &Unknown, path: &[&str], depth: u32) -> Value {
        let configuration = self.objects.configuration();
        let list = Type::List(Box::new(Type::Any));
        match &unknown.partial {
            Some(Partial::Either(then, otherwise, when)) => {
                let decided = when.as_ref().and_then(|when| configuration.holds_with(when, self.subject));
                if let Some(so) = decided {
                    return self.of(if so { then } else { otherwise }, path, depth + 1);
                }
                let (then, otherwise) = (self.of(then, path, depth + 1), self.of(otherwise, path, depth + 1));
                if is_same(&then, &otherwise) {
                    return then;
                }
                let partial = ops::either(then, otherwise, when.clone());
                let either = Unknown { ty: list, not_null: true, partial, ..unknown.clone() };
                Data::Unknown(Arc::new(either)).into()
            }
            Some(Partial::List(open)) => {
                let mut all = OpenList::default();
                for (item, sure, _) in open.iter() {
                    let found = self.of(item, path, depth + 1);
                    if sure {
                        all.extend(&found);
                    } else {
                        let mut maybe = OpenList::default();
                        maybe.extend(&found);
                        maybe.iter().for_each(|(item, ..)| all.push_maybe(item.clone()));
                    }
                }
                all.into_value(unknown.why.clone())
            }
            Some(Partial::Template(parts)) => match parts.first() {
                Some(TemplatePart::Unknown(first)) if is_arn(first) => self.of(first, path, depth + 1),
                // It may be one, or a part of one.
                Some(TemplatePart::Unknown(first)) if first.references().iter().any(names_arn) => {
                    Value::unknown_of(list, unknown.why.clone())
                }
                _ => Value::list(Vec::new()),
            },
            Some(Partial::Json(_)) => Value::list(Vec::new()),
            // Not known, and not a reference: it may turn out to be any resource.
            _ if unknown.refers.is_empty() || unknown.made => Value::unknown_of(list, unknown.why.clone()),
            _ => self.those(&unknown.refers),
        }
    }

    fn those<'r>(&self, references: impl IntoIterator<Item = &'r Reference>) -> Value {
        let configuration = self.objects.configuration();
        let mut ids: Vec<_> =
            references.into_iter().filter_map(|reference| configuration.find(&reference.address)).collect();
        ids.sort_unstable();
        ids.dedup();
        self.objects.list(&ids)
    }
}

/// Whether a value is the ARN of a resource, and nothing else.
fn is_arn(value: &Value) -> bool {
    let one = |references: &[Reference]| matches!(references, [only] if names_arn(only));
    value.as_unknown().is_none_or(|unknown| unknown.partial.is_none()) && one(value.references())
}

fn names_arn(reference: &Reference) -> bool {
    reference.attribute.ends_with("arn")
}

/// Whether two lists certainly hold the same resources.
fn is_same(a: &Value, b: &Value) -> bool {
    let (Some(a), Some(b)) = (a.as_items(), b.as_items()) else { return false };
    let address = |resource: &Value| resource.get("address").and_then(Value::as_str).map(str::to_owned);
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| address(a) == address(b))
}
