//! Whose value a rule read: the resource, and the way to it.
//!
//! In: a path in a rule, under the names that loops bind. Out: the address of the value in the tree,
//! `aws_security_group.a.ingress[2].cidr_blocks`, by which its chain can be asked for.

use crate::eval::Value;
use crate::syntax::ast::{Expr, NodeId};

use super::super::scope::Judging;
use super::focus::{Bound, eval};

/// How deep locals and loops are followed.
const MAX_DEPTH: u32 = 16;

/// The address of a value.
pub(super) struct Address {
    pub(super) text: String,
    /// Whether it is in a resource, and not the resource itself.
    pub(super) inside: bool,
}

impl Address {
    fn with(self, part: &str) -> Self {
        Self { text: format!("{}{part}", self.text), inside: true }
    }
}

/// The address of the value at a path; `None` where it is in no one resource.
pub(super) fn address(judging: &Judging<'_>, id: NodeId, bound: &[Bound]) -> Option<Address> {
    find(judging, id, bound, 0)
}

fn find(judging: &Judging<'_>, id: NodeId, bound: &[Bound], depth: u32) -> Option<Address> {
    if depth > MAX_DEPTH {
        return None;
    }
    let value = eval(judging, id, bound);
    if let Some(whole) = value.as_ref().and_then(|value| resource(judging, value)) {
        return Some(whole);
    }
    let doc = &judging.rule.document;
    match doc.expr(id) {
        Expr::Parens(inner) => find(judging, inner, bound, depth + 1),
        Expr::GetAttr { base, name } => {
            if let Expr::Variable("local") = doc.expr(base) {
                return find(judging, judging.rule.local(name)?, &[], depth + 1);
            }
            Some(find(judging, base, bound, depth + 1)?.with(&format!(".{name}")))
        }
        Expr::Index { base, key } => {
            let key = eval(judging, key, bound)?;
            Some(find(judging, base, bound, depth + 1)?.with(&index(&key)?))
        }
        Expr::Variable(name) => {
            let at = bound.iter().rposition(|each| each.name == name)?;
            let (outer, rest) = bound.split_at(at);
            let element = rest.first()?;
            let list = find(judging, element.collection, outer, depth + 1)?;
            // The element is written as the collection with its index behind it.
            let from = element.shown.rfind('[')?;
            Some(list.with(element.shown.get(from..)?))
        }
        // A block that is there once.
        Expr::Call { name: "one", args, .. } => {
            Some(find(judging, args.get(0)?, bound, depth + 1)?.with("[0]"))
        }
        _ => None,
    }
}

fn resource(judging: &Judging<'_>, value: &Value) -> Option<Address> {
    let id = judging.objects.resource_of(value)?;
    let resource = judging.objects.configuration.get(id)?;
    Some(Address { text: resource.address.to_string(), inside: false })
}

fn index(key: &Value) -> Option<String> {
    if let Some(text) = key.as_str() {
        return Some(format!("[{text:?}]"));
    }
    key.as_number().map(|number| format!("[{number}]"))
}
