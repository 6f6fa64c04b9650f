//! Whether a rendered expression already holds for a value.
//!
//! Only literals and plain references are compared by meaning; everything else by its text.
//! When in doubt the answer is no: the edit is then made, and the proof judges it.

use crate::eval::{Data, Number, Value};
use crate::syntax::ast::{Body, Document, Expr, Item, NodeId};
use crate::syntax::without_keys;

/// How deep literals are compared.
const MAX_DEPTH: u32 = 32;

/// Whether `value` (absent: not set) is what the expression says.
pub(super) fn holds(document: &Document, id: NodeId, value: Option<&Value>) -> bool {
    compare(document, id, value, 0)
}

fn compare(document: &Document, id: NodeId, value: Option<&Value>, depth: u32) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    let Some(value) = value else { return matches!(document.expr(id), Expr::Null) };
    match document.expr(id) {
        Expr::Null => value.is_null(),
        Expr::Bool(wanted) => match &value.data {
            Data::Bool(found) => *found == wanted,
            Data::String(text) => **text == *wanted.to_string(),
            _ => false,
        },
        Expr::Number(wanted) => number(wanted, value),
        Expr::Unary { .. } => number(document.slice(document.span(id)), value),
        Expr::Str(wanted) => match &value.data {
            Data::String(text) => **text == *wanted,
            Data::Bool(found) => found.to_string() == wanted,
            Data::Number(_) => number(wanted, value),
            _ => false,
        },
        Expr::List(items) => value.as_items().is_some_and(|found| {
            let set = matches!(&value.data, Data::Sequence(s) if s.kind == crate::eval::SequenceKind::Set);
            found.len() == items.len()
                && items.iter().zip(found).all(|(item, at)| {
                    if set {
                        found.iter().any(|value| compare(document, item, Some(value), depth + 1))
                    } else {
                        compare(document, item, Some(at), depth + 1)
                    }
                })
        }),
        Expr::Object(entries) => value.as_entries().is_some_and(|found| {
            found.len() == entries.pairs().count()
                && entries.pairs().all(|(key, entry)| match document.expr(key) {
                    Expr::Str(key) => compare(document, entry, found.get(key), depth + 1),
                    _ => false,
                })
        }),
        Expr::Parens(inner) | Expr::Interpolation(inner) => compare(document, inner, Some(value), depth + 1),
        Expr::GetAttr { .. } | Expr::Index { .. } => refers(document.slice(document.span(id)), value),
        _ => false,
    }
}

fn number(wanted: &str, value: &Value) -> bool {
    let Ok(wanted) = wanted.parse::<f64>() else { return false };
    let found = match &value.data {
        Data::Number(Number::Int(found)) => found.to_string().parse::<f64>().ok(),
        Data::Number(Number::Big(found)) => Some(found.to_f64().value()),
        Data::String(text) => text.parse::<f64>().ok(),
        _ => None,
    };
    // Literals in templates are small: doubles are exact enough for them.
    found.is_some_and(|found| (found - wanted).abs() <= f64::EPSILON * wanted.abs())
}

/// Whether the value is this very reference, `aws_kms_key.logs.arn`, in the value's own module.
/// Instance keys are not compared: `[each.key]` and `["a"]` are the same here.
fn refers(path: &str, value: &Value) -> bool {
    let wanted = without_keys(path);
    let Some((wanted, attribute)) = wanted.rsplit_once('.') else { return false };
    let [reference] = value.references() else { return false };
    let found = without_keys(&reference.address);
    *reference.attribute == *attribute && (found == wanted || found.ends_with(&format!(".{wanted}")))
}

/// Whether everything in a rendered body holds for an object of values.
pub(super) fn body_holds(document: &Document, body: Body<'_>, value: Option<&Value>, depth: u32) -> bool {
    depth <= MAX_DEPTH
        && body.items().all(|item| match item {
            Item::Attribute(attribute) => {
                holds(document, attribute.expr(), value.and_then(|value| value.get(attribute.name())))
            }
            Item::Block(block) => value
                .and_then(|value| value.get(block.kind()))
                .and_then(Value::as_items)
                .is_some_and(|items| {
                    items.iter().any(|item| body_holds(document, block.body(), Some(item), depth + 1))
                }),
        })
}

/// Whether an expression is written without names or calls, so that it may stand anywhere.
pub(super) fn is_constant(document: &Document, id: NodeId) -> bool {
    fn constant(document: &Document, id: NodeId, depth: u32) -> bool {
        depth <= MAX_DEPTH
            && match document.expr(id) {
                Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Str(_) => true,
                Expr::Unary { operand, .. } => constant(document, operand, depth + 1),
                Expr::Parens(inner) => constant(document, inner, depth + 1),
                Expr::List(items) => items.iter().all(|item| constant(document, item, depth + 1)),
                Expr::Object(entries) => {
                    entries.pairs().all(|(_, value)| constant(document, value, depth + 1))
                }
                _ => false,
            }
    }
    constant(document, id, 0)
}

/// Whether two pieces of source say the same but for white space outside of strings.
pub(super) fn same_text(a: &str, b: &str) -> bool {
    // The file's line endings are the author's; a template's are always LF.
    let (a, b) = (&*a.replace("\r\n", "\n"), &*b.replace("\r\n", "\n"));
    a == b || (!a.contains(['"', '<', '#']) && squeeze(a).eq(squeeze(b)))
}

fn squeeze(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}
