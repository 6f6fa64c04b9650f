//! JSON objects to blocks, attributes and expressions.

use crate::source::Span;

use super::super::ast::Kind;
use super::super::hcl::Parser;
use super::read::Json;

/// The block types of a body: name and number of labels.
type Schema = &'static [(&'static str, usize)];

const TOP: Schema = &[
    ("resource", 2),
    ("data", 2),
    ("ephemeral", 2),
    ("module", 1),
    ("variable", 1),
    ("output", 1),
    ("provider", 1),
    ("check", 1),
    ("locals", 0),
    ("terraform", 0),
    ("moved", 0),
    ("import", 0),
    ("removed", 0),
];

/// The blocks that may stand in a block of that type; all others are told apart by schema later.
fn inner(kind: &str) -> Schema {
    match kind {
        "resource" | "data" | "ephemeral" => {
            &[("dynamic", 1), ("lifecycle", 0), ("provisioner", 1), ("connection", 0)]
        }
        "provisioner" => &[("connection", 0)],
        "lifecycle" => &[("precondition", 0), ("postcondition", 0)],
        "dynamic" => &[("content", 0)],
        "content" => &[("dynamic", 1)],
        "variable" => &[("validation", 0)],
        "output" => &[("precondition", 0)],
        "check" => &[("assert", 0), ("data", 2)],
        "removed" => &[("lifecycle", 0), ("provisioner", 1)],
        "terraform" => &[("backend", 1), ("required_providers", 0), ("provider_meta", 1), ("cloud", 0)],
        "cloud" => &[("workspaces", 0)],
        _ => &[],
    }
}

pub(super) struct Builder<'s> {
    pub(super) parser: Parser<'s>,
    /// Strings are values, not templates: a variable file.
    pub(super) literal: bool,
}

impl Builder<'_> {
    pub(super) fn file(&mut self, entries: &[(Span, Json)]) -> Vec<u32> {
        let schema = if self.literal { &[] } else { TOP };
        self.body(entries, schema)
    }

    fn key(&self, span: Span) -> String {
        self.parser.doc.slice(span).trim_matches('"').to_owned()
    }

    fn body(&mut self, entries: &[(Span, Json)], schema: Schema) -> Vec<u32> {
        let mut items = Vec::new();
        for (key, value) in entries {
            let name = self.key(*key);
            if name == "//" && !self.literal {
                continue;
            }
            if let Some((_, labels)) = schema.iter().find(|(kind, _)| *kind == name) {
                self.blocks(*key, &name, value, *labels, &mut Vec::new(), &mut items);
                continue;
            }
            let Some(id) = self.value(value) else { continue };
            let span = Span::new(key.start, value.span().end);
            items.push(self.parser.doc.push(Kind::Attribute, 0, span, id, key.end));
        }
        items
    }

    /// The blocks under a key: labels are further keys, several blocks are an array.
    fn blocks(
        &mut self,
        key: Span,
        kind: &str,
        value: &Json,
        missing: usize,
        labels: &mut Vec<u32>,
        items: &mut Vec<u32>,
    ) {
        match value {
            Json::Array(_, elements) => {
                for element in elements {
                    self.blocks(key, kind, element, missing, labels, items);
                }
            }
            Json::Object(_, entries) if missing > 0 => {
                for (label, value) in entries {
                    if self.key(*label) == "//" {
                        continue;
                    }
                    let Ok(id) = self.parser.json_template(*label, true) else { continue };
                    labels.push(id);
                    self.blocks(key, kind, value, missing - 1, labels, items);
                    labels.pop();
                }
            }
            Json::Object(span, entries) => {
                let inside = self.body(entries, inner(kind));
                let count = u32::try_from(labels.len()).unwrap_or(0);
                let mut words = vec![span.start, span.end.saturating_sub(1), count];
                words.extend(labels.iter());
                words.extend(inside);
                let list = self.parser.doc.push_list(&words);
                let whole = Span::new(key.start, span.end);
                items.push(self.parser.doc.push(Kind::Block, 0, whole, list, key.end));
            }
            Json::Null(_) => {}
            other => {
                let span = other.span();
                self.parser.json_error(span, format!("`{kind}` must be an object here"));
            }
        }
    }

    /// An expression; `None` where a template in it is broken.
    fn value(&mut self, value: &Json) -> Option<u32> {
        let doc = &mut self.parser.doc;
        Some(match value {
            Json::Null(span) => doc.push(Kind::Null, 0, *span, 0, 0),
            Json::Bool(span, true) => doc.push(Kind::True, 0, *span, 0, 0),
            Json::Bool(span, false) => doc.push(Kind::False, 0, *span, 0, 0),
            Json::Number(span) => doc.push(Kind::Number, 0, *span, 0, 0),
            Json::String(span) => self.parser.json_template(*span, self.literal).ok()?,
            Json::Array(span, elements) => {
                let ids: Option<Vec<u32>> = elements.iter().map(|element| self.value(element)).collect();
                let list = self.parser.doc.push_list(&ids?);
                self.parser.doc.push(Kind::List, 0, *span, list, 0)
            }
            Json::Object(span, entries) => {
                let mut words = Vec::with_capacity(entries.len() * 2);
                for (key, value) in entries {
                    words.push(self.parser.json_template(*key, self.literal).ok()?);
                    words.push(self.value(value)?);
                }
                let list = self.parser.doc.push_list(&words);
                self.parser.doc.push(Kind::Object, 0, *span, list, 0)
            }
        })
    }
}
