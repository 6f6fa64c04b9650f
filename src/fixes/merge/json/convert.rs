//! Rendered Terraform as JSON syntax writes it.
//!
//! In: an expression of native syntax. Out: the JSON that means the same: literals as themselves, everything
//! that is computed as a `"${...}"` string.

use crate::syntax::ast::{Body, Document, Expr, Item, NodeId};

use super::text::Written;

/// How deep expressions are converted; what is deeper keeps its native form, in a string.
const MAX_DEPTH: u32 = 32;

/// Arguments that Terraform reads as references, without `${}`.
const REFERENCES: [&str; 4] = ["provider", "depends_on", "ignore_changes", "replace_triggered_by"];

/// The value of an attribute. Where `templates` is false strings are no templates: a variable file.
pub(super) fn attribute(document: &Document, name: &str, id: NodeId, templates: bool) -> Written {
    if REFERENCES.contains(&name) {
        return reference(document, id);
    }
    expression(document, id, templates, 0)
}

fn reference(document: &Document, id: NodeId) -> Written {
    match document.expr(id) {
        Expr::List(items) => Written::List(items.iter().map(|item| reference(document, item)).collect()),
        Expr::Str(text) => Written::string(text),
        _ => Written::string(document.slice(document.span(id))),
    }
}

fn expression(document: &Document, id: NodeId, templates: bool, depth: u32) -> Written {
    let inner = |id| expression(document, id, templates, depth + 1);
    match document.expr(id) {
        _ if depth > MAX_DEPTH => computed(document, id),
        Expr::Null => Written::Text("null".to_owned()),
        Expr::Bool(value) => Written::Text(value.to_string()),
        Expr::Number(text) if is_number(text) => Written::Text(text.to_owned()),
        Expr::Unary { .. } if is_number(document.slice(document.span(id))) => {
            Written::Text(document.slice(document.span(id)).to_owned())
        }
        Expr::Str(text) if templates => Written::string(&escaped(text)),
        Expr::Str(text) => Written::string(text),
        Expr::Template(parts) => {
            let mut text = String::new();
            for part in parts.iter() {
                match document.expr(part) {
                    Expr::Str(literal) => text.push_str(&escaped(literal)),
                    Expr::Interpolation(value) => {
                        text.push_str(&format!("${{{}}}", inline(document, value, 0)));
                    }
                    _ => return computed(document, id),
                }
            }
            Written::string(&text)
        }
        Expr::Interpolation(value) | Expr::Parens(value) => inner(value),
        Expr::List(items) => Written::List(items.iter().map(inner).collect()),
        Expr::Object(entries) => {
            let named = entries.pairs().map(|(key, value)| match document.expr(key) {
                Expr::Str(key) => Some((escaped(key), inner(value))),
                _ => None,
            });
            named.collect::<Option<Vec<_>>>().map_or_else(|| computed(document, id), Written::Object)
        }
        _ => computed(document, id),
    }
}

fn is_number(text: &str) -> bool {
    serde_json::from_str::<serde_json::Number>(text).is_ok()
}

fn computed(document: &Document, id: NodeId) -> Written {
    Written::string(&format!("${{{}}}", inline(document, id, 0)))
}

/// Text as a template that gives just this text.
fn escaped(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}

/// An expression's source on one line.
fn inline(document: &Document, id: NodeId, depth: u32) -> String {
    let source = document.slice(document.span(id));
    if depth > MAX_DEPTH || !source.contains('\n') {
        return source.to_owned();
    }
    let inner = |id| inline(document, id, depth + 1);
    match document.expr(id) {
        Expr::List(items) => format!("[{}]", items.iter().map(inner).collect::<Vec<_>>().join(", ")),
        Expr::Object(entries) => {
            let pairs = entries.pairs().map(|(key, value)| format!("{} = {}", inner(key), inner(value)));
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
        Expr::Call { name, args, expand: false } => {
            format!("{name}({})", args.iter().map(inner).collect::<Vec<_>>().join(", "))
        }
        Expr::Parens(value) => format!("({})", inner(value)),
        _ => source.to_owned(),
    }
}

/// A block's content. Nested blocks are objects; of one type and several, a list of them.
pub(super) fn body(document: &Document, body: Body<'_>, depth: u32) -> Vec<(String, Written)> {
    let mut found: Vec<(String, Written)> = Vec::new();
    for item in body.items() {
        match item {
            Item::Attribute(stated) => {
                if !matches!(document.expr(stated.expr()), Expr::Null) {
                    let value = attribute(document, stated.name(), stated.expr(), true);
                    found.push((stated.name().to_owned(), value));
                }
            }
            Item::Block(_) if depth > MAX_DEPTH => {}
            Item::Block(nested) => {
                let value = labelled(
                    nested.labels(),
                    Written::Object(self::body(document, nested.body(), depth + 1)),
                );
                match found.iter_mut().find(|(key, _)| key == nested.kind()) {
                    None => found.push((nested.kind().to_owned(), value)),
                    Some((_, Written::List(several))) => several.push(value),
                    Some((_, one)) => *one = Written::List(vec![one.clone(), value]),
                }
            }
        }
    }
    found
}

/// `{"label": ...}` for each label.
fn labelled<'l>(labels: impl Iterator<Item = &'l str>, content: Written) -> Written {
    let labels: Vec<&str> = labels.collect();
    labels.iter().rev().fold(content, |inner, label| Written::Object(vec![((*label).to_owned(), inner)]))
}
