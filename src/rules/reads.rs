//! What a rule names: attributes of its subject, lists that it walks over, questions about others.
//!
//! In: a rule. Out: paths of names, without indexes. Nothing is evaluated; `trueup rules test` holds
//! them against the schema and the fixtures.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::eval::{Constant, Value, evaluate};
use crate::syntax::ast::{Document, Expr, NodeId};

use super::explain::children;
use super::functions::ASKING;
use super::model::Rule;

/// Functions that put lists together.
const JOINS: [&str; 6] = ["concat", "flatten", "distinct", "tolist", "toset", "coalescelist"];

fn roots(rule: &Rule) -> impl Iterator<Item = NodeId> {
    let title = rule.fix.iter().flat_map(|fix| [Some(fix.title), fix.on, fix.creates]).flatten();
    let locals = rule.locals.iter().map(|(_, id)| *id);
    locals.chain(rule.applies).chain([rule.require, rule.message]).chain(title)
}

/// The names after `self`; `None` where something else stands first.
fn path(doc: &Document, id: NodeId) -> Option<Vec<String>> {
    match doc.expr(id) {
        Expr::Variable("self") => Some(Vec::new()),
        Expr::GetAttr { base, name } => {
            let mut names = path(doc, base)?;
            names.push(name.to_owned());
            Some(names)
        }
        Expr::Index { base, key } => {
            let mut names = path(doc, base)?;
            if let Expr::Str(name) = doc.expr(key) {
                names.push(name.to_owned());
            }
            Some(names)
        }
        Expr::Parens(inner) => path(doc, inner),
        _ => None,
    }
}

fn walk(doc: &Document, id: NodeId, found: &mut dyn FnMut(NodeId) -> bool) {
    if found(id) {
        for child in children(doc, id) {
            walk(doc, child, found);
        }
    }
}

/// The attributes of the subject that a rule reads: `["versioning", "enabled"]`.
pub fn reads(rule: &Rule) -> BTreeSet<Vec<String>> {
    let doc = &rule.document;
    let mut paths = BTreeSet::new();
    for root in roots(rule) {
        walk(doc, root, &mut |id| match path(doc, id) {
            Some(names) if !names.is_empty() => {
                paths.insert(names);
                false
            }
            _ => true,
        });
    }
    paths
}

/// The lists and nested blocks of the subject that a rule walks over.
pub fn walks(rule: &Rule) -> BTreeSet<Vec<String>> {
    let doc = &rule.document;
    let mut lists = BTreeSet::new();
    for root in roots(rule) {
        walk(doc, root, &mut |id| {
            if let Expr::ForList { collection, .. } | Expr::ForObject { collection, .. } = doc.expr(id) {
                joined(doc, collection, &mut lists);
            }
            true
        });
    }
    lists
}

fn joined(doc: &Document, id: NodeId, lists: &mut BTreeSet<Vec<String>>) {
    match doc.expr(id) {
        Expr::Call { name, args, .. } if JOINS.contains(&name) => {
            args.iter().for_each(|arg| joined(doc, arg, lists));
        }
        Expr::Parens(inner) => joined(doc, inner, lists),
        _ => lists.extend(path(doc, id).filter(|names| !names.is_empty())),
    }
}

/// Whether the verdict of a rule rests on its subject and the settings alone.
pub(super) fn alone(doc: &Document, roots: impl Iterator<Item = NodeId>) -> bool {
    let mut alone = true;
    for root in roots {
        walk(doc, root, &mut |id| {
            alone &= !matches!(doc.expr(id), Expr::Call { name, .. } if ASKING.contains(&name));
            alone
        });
    }
    alone
}

/// Lists whose elements are all literals, with their values.
pub(super) fn literals(doc: &Document, roots: impl Iterator<Item = NodeId>) -> Vec<(NodeId, Value)> {
    let literal = |id| matches!(doc.expr(id), Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Str(_));
    let mut found = BTreeMap::new();
    for root in roots {
        walk(doc, root, &mut |id| {
            if let Expr::List(items) = doc.expr(id)
                && items.iter().all(literal)
                && let Ok(value) = evaluate(doc, id, &Constant)
            {
                found.insert(id, value);
            }
            true
        });
    }
    found.into_iter().collect()
}

/// Those of a rule's locals that do not ask about its subject, also not through other locals.
pub(super) fn shared(doc: &Document, locals: &[(Arc<str>, NodeId)]) -> Vec<NodeId> {
    let mut own: BTreeSet<&str> = BTreeSet::new();
    loop {
        let before = own.len();
        for (name, id) in locals {
            let mut asks = false;
            walk(doc, *id, &mut |id| {
                asks |= match doc.expr(id) {
                    Expr::Variable("self")
                    | Expr::Call { name: "referrers" | "referred" | "only_bounds", .. } => true,
                    Expr::GetAttr { base, name } => {
                        matches!(doc.expr(base), Expr::Variable("local")) && own.contains(name)
                    }
                    _ => false,
                };
                !asks
            });
            if asks {
                own.insert(name);
            }
        }
        if own.len() == before {
            break;
        }
    }
    locals.iter().filter(|(name, _)| !own.contains(&**name)).map(|(_, id)| *id).collect()
}

/// The types and attributes that a rule asks other resources for; `referred` asks the subject.
pub fn asks(rule: &Rule) -> BTreeSet<(String, String)> {
    let doc = &rule.document;
    let mut asked = BTreeSet::new();
    for root in roots(rule) {
        walk(doc, root, &mut |id| {
            if let Expr::Call { name: "resources" | "data_resources" | "referrers", args, .. } = doc.expr(id)
            {
                let text = |at: usize| match args.get(at).map(|id| doc.expr(id)) {
                    Some(Expr::Str(text)) => text.to_owned(),
                    _ => String::new(),
                };
                asked.insert((text(0), text(1)));
            }
            true
        });
    }
    asked
}
