//! The shape of a condition: its clauses, its children, and the paths that it reads.
//!
//! In: a rule's expressions. Out: ids of the parts that an explanation names. Nothing is evaluated.

use crate::syntax::ast::{BinaryOp, Document, Expr, NodeId};

/// Functions that answer with resources.
const GRAPH: [&str; 4] = ["resources", "data_resources", "referrers", "referred"];

/// The parts of a condition joined by `&&` at its top.
pub(super) fn clauses(doc: &Document, id: NodeId, into: &mut Vec<NodeId>) {
    match doc.expr(id) {
        Expr::Parens(inner) => clauses(doc, inner, into),
        Expr::Binary { op: BinaryOp::And, left, right } => {
            clauses(doc, left, into);
            clauses(doc, right, into);
        }
        _ => into.push(id),
    }
}

/// The expression without the parentheses around it.
pub(super) fn bare(doc: &Document, mut id: NodeId) -> NodeId {
    while let Expr::Parens(inner) = doc.expr(id) {
        id = inner;
    }
    id
}

/// What a path starts from, and whether anything follows it.
fn root(doc: &Document, id: NodeId) -> Option<(NodeId, bool)> {
    match doc.expr(id) {
        Expr::GetAttr { base, .. } => Some((root(doc, base)?.0, true)),
        Expr::Index { base, key } if matches!(doc.expr(key), Expr::Number(_) | Expr::Str(_)) => {
            Some((root(doc, base)?.0, true))
        }
        Expr::Parens(inner) => root(doc, inner),
        Expr::Variable(_) | Expr::Call { .. } => Some((id, false)),
        _ => None,
    }
}

/// `local.x`, where a path starts with it: its name.
pub(super) fn local_of(doc: &Document, id: NodeId) -> Option<&str> {
    match doc.expr(id) {
        Expr::GetAttr { base, name } if matches!(doc.expr(base), Expr::Variable("local")) => Some(name),
        Expr::GetAttr { base, .. } | Expr::Index { base, .. } | Expr::Parens(base) => local_of(doc, base),
        _ => None,
    }
}

/// Whether `id` is a path from `self`, `local`, a bound name, or resources that a function finds.
pub(super) fn is_path(doc: &Document, id: NodeId, bound: &dyn Fn(&str) -> bool) -> bool {
    let Some((start, longer)) = root(doc, id) else { return false };
    match doc.expr(start) {
        Expr::Variable(name) if bound(name) => true,
        Expr::Variable(name) => longer && matches!(name, "self" | "local" | "setting"),
        Expr::Call { name, .. } => longer && (GRAPH.contains(&name) || name == "one"),
        _ => false,
    }
}

/// The longest paths that an expression reads, in order of writing. Of a loop only what it walks
/// over: its body reads elements, and was followed before where one of them decided.
pub(super) fn paths(doc: &Document, id: NodeId, bound: &dyn Fn(&str) -> bool, into: &mut Vec<NodeId>) {
    if is_path(doc, id, bound) {
        into.push(id);
        return;
    }
    match doc.expr(id) {
        Expr::ForList { collection, .. } | Expr::ForObject { collection, .. } => {
            paths(doc, collection, bound, into);
        }
        _ => doc.children(id).into_iter().for_each(|child| paths(doc, child, bound, into)),
    }
}

/// The questions about other resources that an expression asks.
pub(super) fn questions(doc: &Document, id: NodeId, into: &mut Vec<NodeId>) {
    if matches!(doc.expr(id), Expr::Call { name, .. } if GRAPH.contains(&name)) {
        into.push(id);
        return;
    }
    for child in doc.children(id) {
        questions(doc, child, into);
    }
}

/// The names of what an expression holds for a secret, if it looks for any.
pub(super) fn secrets(doc: &Document, id: NodeId, names: &mut Vec<NodeId>) {
    match doc.expr(id) {
        Expr::Call { name: "looks_secret", args, .. } => names.extend(args.get(0)),
        _ => doc.children(id).into_iter().for_each(|child| secrets(doc, child, names)),
    }
}

/// The variable that a path starts with.
pub(super) fn variable_of(doc: &Document, id: NodeId) -> Option<(NodeId, &str)> {
    let (start, _) = root(doc, id)?;
    match doc.expr(start) {
        Expr::Variable(name) => Some((start, name)),
        _ => None,
    }
}
