//! What a rule names: attributes of its subject, lists that it walks over, questions about others.
//!
//! In: a rule. Out: paths of names, without indexes. Nothing is evaluated; `trueup rules test` holds
//! them against the schema and the fixtures.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::eval::{Constant, Value, evaluate};
use crate::syntax::ast::{Document, Expr, NodeId};

use super::alike::Own;
use super::functions::ASKING;
use super::functions::network::read as world_reaches_port_reads;
use super::model::Rule;
use super::unchanged::Question;

/// Functions that ask for what stands around the subject.
const ABOUT_SUBJECT: [&str; 3] = ["referrers", "referred", "only_bounds"];
/// Functions that ask the whole configuration about values, and name no resource in their answer.
const OF_VALUES: [&str; 5] =
    ["world_reaches_port", "customer_key", "attached_policy", "policy_accounts", "account_baseline"];

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
        for child in doc.children(id) {
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

/// What the conditions of a rule read of their subject; none where the verdict rests on more than that and what
/// is the same for every subject.
pub(super) fn own(doc: &Document, roots: impl Iterator<Item = NodeId>) -> Option<Own> {
    let mut own = Own::default();
    let (mut whole, mut passed) = (false, BTreeSet::new());
    for root in roots {
        walk(doc, root, &mut |id| {
            let subject = |base| matches!(doc.expr(base), Expr::Variable("self"));
            match doc.expr(id) {
                Expr::Variable("self") => whole |= !passed.contains(&id),
                Expr::GetAttr { base, name } if subject(base) => {
                    own.names.push(name.to_owned());
                    return false;
                }
                Expr::Call { name: "world_reaches_port", args, .. } if args.get(0).is_some_and(subject) => {
                    own.names.extend(world_reaches_port_reads().map(str::to_owned));
                    passed.extend(args.get(0));
                }
                Expr::Call { name: "only_bounds", .. } => whole = true,
                Expr::Call { name: name @ ("referrers" | "referred"), args, .. } => {
                    let texts: Vec<&str> = args.iter().filter_map(|arg| text(doc, arg)).collect();
                    match (name, texts.as_slice()) {
                        ("referrers", [kind, attribute]) if args.len() == 2 => {
                            own.asked.push(((*kind).to_owned(), (*attribute).to_owned()));
                        }
                        ("referred", [attribute]) => {
                            own.names.extend(attribute.split('.').next().map(str::to_owned));
                        }
                        _ => whole = true,
                    }
                }
                Expr::Call { name, .. } => own.others |= ASKING.contains(&name) && !OF_VALUES.contains(&name),
                _ => {}
            }
            !whole
        });
    }
    own.names.sort();
    own.names.dedup();
    // These differ between any two.
    whole |= own.names.iter().any(|name| name == "address" || name == "label");
    (!whole).then_some(own)
}

/// What the conditions of a rule ask about more than their subject; none where a question is not written out, or
/// its answer rests on more than can be told from it.
pub(super) fn questions(doc: &Document, roots: impl Iterator<Item = NodeId>) -> Option<Vec<Question>> {
    let mut found: Option<BTreeSet<Question>> = Some(BTreeSet::new());
    for root in roots {
        walk(doc, root, &mut |id| {
            if let Expr::Call { name, args, .. } = doc.expr(id)
                && ASKING.contains(&name)
            {
                let texts: Option<Vec<&str>> = args.iter().map(|arg| text(doc, arg)).collect();
                let question = Question::asked(name, texts.as_deref());
                match (question, &mut found) {
                    (Some(question), Some(found)) => {
                        found.insert(question);
                    }
                    _ => found = None,
                }
            }
            found.is_some()
        });
    }
    found.map(|found| found.into_iter().collect())
}

fn text(doc: &Document, id: NodeId) -> Option<&str> {
    if let Expr::Str(text) = doc.expr(id) { Some(text) } else { None }
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
                    Expr::Variable("self") => true,
                    Expr::Call { name, .. } => ABOUT_SUBJECT.contains(&name),
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
                let text = |at: usize| args.get(at).and_then(|id| text(doc, id)).unwrap_or("").to_owned();
                asked.insert((text(0), text(1)));
            }
            true
        });
    }
    asked
}
